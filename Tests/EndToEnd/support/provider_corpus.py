"""Provider files, good and bad, to be judged by the program and by the published schema alike."""

from __future__ import annotations

from dataclasses import dataclass

GONE = object()

OIDC: dict[str, object] = {
    "type": "oidc",
    "name": "City",
    "issuer": "https://id.example",
    "client_id": "drawbridge",
    "client_secret": "s",
}
COGNITO: dict[str, object] = {
    "type": "cognito",
    "name": "Pool",
    "issuer": "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Pool",
    "client_id": "app",
}
KEY_METHOD = "private_key_jwt"
# A P-256 key made for these tests alone.
JWK = {"kty": "EC", "crv": "P-256", "d": "t1XC0QhWc40aiEuln_e3qOibQbe04m2-9_MTDJt2WvU"}
OAUTH2: dict[str, object] = {
    "type": "oauth2",
    "name": "Campus",
    "client_id": "drawbridge",
    "client_secret": "s",
    "endpoints": {
        "authorization": "https://campus.example/authorize",
        "token": "https://campus.example/token",
        "userinfo": "https://campus.example/me",
    },
    "subject": "$.id",
}
GITHUB: dict[str, object] = {"type": "github", "name": "GitHub", "client_id": "Iv1.1", "client_secret": "s"}
FACEBOOK: dict[str, object] = {"type": "facebook", "name": "Facebook", "client_id": "1234", "client_secret": "s"}
GOOGLE: dict[str, object] = {"type": "google", "name": "Google", "client_id": "a", "client_secret": "s"}
MICROSOFT: dict[str, object] = {
    "type": "microsoft",
    "name": "Microsoft",
    "tenant": "common",
    "client_id": "a",
    "client_secret": "s",
}
APPLE: dict[str, object] = {
    "type": "apple",
    "name": "Apple",
    "client_id": "a",
    "team_id": "t",
    "client_key_id": "k",
    "client_key": JWK,
}
LINKEDIN: dict[str, object] = {"type": "linkedin", "name": "LinkedIn", "client_id": "a", "client_secret": "s"}
GITLAB: dict[str, object] = {"type": "gitlab", "name": "GitLab", "client_id": "a", "client_secret": "s"}
HEADER: dict[str, object] = {"type": "header", "name": "Gateway", "subject_header": "X-Remote-User"}
LOCAL: dict[str, object] = {"id": "local", "type": "local", "name": "Staff"}


@dataclass(frozen=True)
class Specimen:
    """One file: sound, or wrong at one key."""

    name: str
    base: dict[str, object]
    changes: dict[str, object]
    wrong: str | None = None

    def content(self, file_id: str) -> dict[str, object]:
        """The file as it stands in ``<file_id>.json``."""
        whole = {"id": file_id} | self.base | self.changes
        return {key: value for key, value in whole.items() if value is not GONE}


def good(name: str, base: dict[str, object], /, **changes: object) -> Specimen:
    """A file that loads."""
    return Specimen(name, base, changes)


def bad(name: str, base: dict[str, object], wrong: str, /, **changes: object) -> Specimen:
    """A file that is refused because of the key ``wrong``."""
    return Specimen(name, base, changes, wrong)


SPECIMENS = [
    good("the shortest", OIDC),
    good("for an editor", OIDC, **{"$schema": "./schema.json"}),
    good("switched off", OIDC, enabled=False, login="front_end"),
    good("from the environment", OIDC, issuer="${CORPUS_ISSUER}", client_id="${CORPUS_ID}", name="City ${CORPUS_ID}"),
    good("from a file", OIDC, client_id={"file": "id.txt"}, client_secret={"file": "secret.txt"}),
    good("a placeholder among text", OIDC, endpoints={"jwks": "https://${CORPUS_ID}.example/keys"}),
    good("other authentication", OIDC, token_endpoint_auth_method="client_secret_post"),
    good("no secret", OIDC, token_endpoint_auth_method="none", client_secret=GONE),
    good("a key", OIDC, client_secret=GONE, client_key=JWK),
    good("a key, and its method", OIDC, client_secret=GONE, client_key=JWK, token_endpoint_auth_method=KEY_METHOD),
    good("a key with a name", OIDC, client_secret=GONE, client_key=JWK, client_key_id="k"),
    good("no PKCE", OIDC, pkce="none"),
    good("no nonce", OIDC, nonce="if_present", pkce="S256"),
    good("scopes", OIDC, scopes=["openid", "groups", "urn:city:read"]),
    good(
        "every endpoint on loopback",
        OIDC,
        issuer="http://localhost:8080/realm",
        endpoints={
            "authorization": "http://127.0.0.1/a?b=c",
            "token": "http://[::1]:9/t",
            "userinfo": "https://10.0.0.1/u",
            "jwks": "https://id.example:8443/k",
            "revocation": "https://id.example/r",
            "end_session": "https://id.example",
            "api": "https://id.example/api",
        },
    ),
    good("algorithms", OIDC, signing_algorithms=["EdDSA", "PS512"]),
    good("admission", OIDC, allow={"hosted_domains": ["city.example"], "email_domains": ["City.Example", "b.example"]}),
    good("claims", OIDC, claims={"department": "$.custom.department", "role": "$.custom:role"}),
    good(
        "claims by every kind of path",
        OIDC,
        claims={
            "a": "$['custom:unit']",
            "b": '$["it\'s"]',
            "c": "$.emails[0].value",
            "d": "$.cognito:groups[12]",
            "e": "$['a.b']['c\\\\d'][0]",
        },
    ),
    good("a constant", OIDC, claims={"city": {"value": "Bratislava"}, "tags": {"value": ["a", {"file": "b"}]}}),
    good("a default", OIDC, claims={"locale": {"from": "$.lang", "default": "sk"}}),
    good(
        "groups to roles",
        OIDC,
        claims={
            "roles": {
                "from": "$.groups",
                "map": {"admins": "administrator", "file": ["a", "b"], "3": True},
                "unmatched": "keep",
                "default": ["citizen"],
            }
        },
    ),
    good("said aloud", OIDC, link_by_verified_email=False, upstream_tokens="release"),
    good("a dollar sign alone", OIDC, client_secret="a$b$"),
    good("a pool", COGNITO),
    good("a pool with a secret", COGNITO, client_secret="s", token_endpoint_auth_method="client_secret_post"),
    good("a pool led by the broker", COGNITO, login="broker", endpoints={"api": "http://localhost:1/"}),
    good("without ID tokens", OAUTH2),
    good(
        "without ID tokens, spelt out",
        OAUTH2,
        issuer="https://campus.example",
        pkce="none",
        scopes=["profile"],
        login="broker",
        allow={"email_domains": ["campus.example"]},
        claims={"name": "$.who.name"},
    ),
    good("without ID tokens, without a secret", OAUTH2, token_endpoint_auth_method="none", client_secret=GONE),
    good("GitHub", GITHUB, scopes=["user:email", "read:org"], login="front_end"),
    good("a GitHub of our own", GITHUB, host="github.city.example:8443", emails_are_verified=True),
    good("a GitHub from the environment", GITHUB, host="github.${CORPUS_ID}.example"),
    good("people of GitHub", GITHUB, allow={"organizations": ["City-1"], "teams": ["city/admins", "x/y"]}),
    good("Facebook", FACEBOOK, graph_version="v30.1", scopes=["email"]),
    good("accounts of our own", LOCAL, enabled=True),
    bad("no subject", OAUTH2, "$.subject", subject=GONE),
    bad("a subject without a path", OAUTH2, "$.subject", subject="id"),
    bad("nowhere to ask", OAUTH2, "$.endpoints", endpoints=GONE),
    bad(
        "no user endpoint",
        OAUTH2,
        "$.endpoints.userinfo",
        endpoints={"authorization": "https://a", "token": "https://a"},
    ),
    bad("keys where there are none", OAUTH2, "$.endpoints.jwks", endpoints={"jwks": "https://campus.example/keys"}),
    bad("a plain challenge", OAUTH2, "$.pkce", pkce="plain"),
    bad("tokens that nobody can judge", OAUTH2, "$.login", login="front_end"),
    bad("an address for a host", GITHUB, "$.host", host="https://github.city.example"),
    bad("a host with a path", GITHUB, "$.host", host="github.city.example/api"),
    bad(
        "a switch in quotes for addresses",
        GITHUB,
        "$.emails_are_verified",
        host="g.example",
        emails_are_verified="true",
    ),
    bad("a team for an organisation", GITHUB, "$.allow.organizations", allow={"organizations": ["city/admins"]}),
    bad("an organisation for a team", GITHUB, "$.allow.teams", allow={"teams": ["city"]}),
    bad("no organisation", GITHUB, "$.allow.organizations", allow={"organizations": []}),
    bad("an issuer for GitHub", GITHUB, "$.issuer", issuer="https://github.com/login/oauth"),
    bad("GitHub without a secret", GITHUB, "$.client_secret", client_secret=GONE),
    bad("half a version", FACEBOOK, "$.graph_version", graph_version="v30"),
    bad("addresses of Facebook", FACEBOOK, "$.allow", allow={"email_domains": ["city.example"]}),
    good("Google", GOOGLE),
    good("Google, offline", GOOGLE, scopes=["openid", "offline_access"]),
    good("Google, one domain", GOOGLE, allow={"hosted_domains": ["city.example"]}),
    good("Google elsewhere", GOOGLE, issuer="http://localhost:9"),
    good("Microsoft", MICROSOFT),
    good(
        "Microsoft, one tenant",
        MICROSOFT,
        tenant="11111111-2222-3333-4444-555555555555",
        allow={"tenants": ["11111111-2222-3333-4444-555555555555"], "email_domains": ["city.example"]},
        groups="graph",
        endpoints={"api": "https://graph.microsoft.us/v1.0"},
    ),
    good("Microsoft, by domain", MICROSOFT, tenant="city.example", scopes=["openid", "profile", "User.Read"]),
    good("Microsoft by a key", MICROSOFT, client_secret=GONE, client_key=JWK),
    good("Apple", APPLE),
    good("Apple, no names", APPLE, scopes=["openid"], allow={"email_domains": ["city.example"]}),
    good("LinkedIn", LINKEDIN, pkce="S256"),
    good("GitLab", GITLAB, issuer="https://git.city.example", token_endpoint_auth_method="client_secret_post"),
    bad("no name", OIDC, "$.name", name=GONE),
    bad("no type", OIDC, "$.type", type=GONE),
    bad("unknown type", OIDC, "$.type", type="carrier-pigeon"),
    bad("a type from the environment", OIDC, "$.type", type="${CORPUS_ID}"),
    bad("unknown key", OIDC, "$.colour", colour="red"),
    bad("misspelt key", OIDC, "$.isuer", isuer="https://id.example"),
    bad("misspelt endpoint", OIDC, "$.endpoints.tokens", endpoints={"tokens": "https://id.example"}),
    bad("unknown admission rule", OIDC, "$.allow.planets", allow={"planets": ["earth"]}),
    bad("empty name", OIDC, "$.name", name=""),
    bad("a number for a name", OIDC, "$.name", name=7),
    bad("nothing for a name", OIDC, "$.name", name=None),
    bad("a name from a file", OIDC, "$.name", name={"file": "id.txt"}),
    bad("a switch in quotes", OIDC, "$.enabled", enabled="false"),
    bad("unknown leader", OIDC, "$.login", login="somebody"),
    bad("no issuer", OIDC, "$.issuer", issuer=GONE),
    bad("plain http", OIDC, "$.issuer", issuer="http://id.example"),
    bad("plain http on a look-alike of loopback", OIDC, "$.issuer", issuer="http://localhost.evil.example"),
    bad("an issuer with a query", OIDC, "$.issuer", issuer="https://id.example/?a=b"),
    bad("an issuer with a fragment", OIDC, "$.issuer", issuer="https://id.example/#a"),
    bad("an issuer with a user", OIDC, "$.issuer", issuer="https://admin@id.example"),
    bad("an issuer without a scheme", OIDC, "$.issuer", issuer="id.example"),
    bad("no client", OIDC, "$.client_id", client_id=GONE),
    bad("a secret missing", OIDC, "$.client_secret", client_secret=GONE),
    bad(
        "a secret missing for its method", COGNITO, "$.client_secret", token_endpoint_auth_method="client_secret_basic"
    ),
    bad("a secret for nothing", OIDC, "$.client_secret", token_endpoint_auth_method="none"),
    bad("an empty secret", OIDC, "$.client_secret", client_secret=""),
    bad("a placeholder that does not end", OIDC, "$.client_secret", client_secret="${CORPUS_ID"),
    bad("a placeholder without a name", OIDC, "$.client_secret", client_secret="${}"),
    bad("a file and more", OIDC, "$.client_secret", client_secret={"file": "secret.txt", "mode": "0600"}),
    bad("unknown method", OIDC, "$.token_endpoint_auth_method", token_endpoint_auth_method="tls_client_auth"),
    bad("a key for a pool", COGNITO, "$.client_key", client_key=JWK),
    bad("a method of keys for a pool", COGNITO, "$.token_endpoint_auth_method", token_endpoint_auth_method=KEY_METHOD),
    bad("a key missing", OIDC, "$.client_key", client_secret=GONE, token_endpoint_auth_method=KEY_METHOD),
    bad("a key and a secret", OIDC, "$.client_secret", client_key=JWK),
    bad("a key for nothing", OIDC, "$.client_key", client_key=JWK, token_endpoint_auth_method="client_secret_post"),
    bad("a symmetric key", OIDC, "$.client_key", client_secret=GONE, client_key={"kty": "oct", "k": "AAAA"}),
    bad("plain PKCE", OIDC, "$.pkce", pkce="plain"),
    bad("a nonce for nobody", OIDC, "$.nonce", nonce="none"),
    bad("neither PKCE nor nonce", OIDC, "$.pkce", pkce="none", nonce="if_present"),
    bad("tenants of Google", GOOGLE, "$.allow.tenants", allow={"tenants": ["a"]}),
    bad("a key for Google", GOOGLE, "$.client_key", client_key=JWK),
    bad("Google without a secret", GOOGLE, "$.client_secret", client_secret=GONE),
    bad("Microsoft without a tenant", MICROSOFT, "$.tenant", tenant=GONE),
    bad("tenants by name", MICROSOFT, "$.allow.tenants", allow={"tenants": ["city.example"]}),
    bad("hosted domains of Microsoft", MICROSOFT, "$.allow.hosted_domains", allow={"hosted_domains": ["a.b"]}),
    bad("groups from elsewhere", MICROSOFT, "$.groups", groups="all"),
    bad("Microsoft without the profile", MICROSOFT, "$.scopes", scopes=["openid"]),
    bad("a secret for Apple", APPLE, "$.client_secret", client_secret="s"),
    bad("Apple without a key", APPLE, "$.client_key", client_key=GONE),
    bad("Apple without a team", APPLE, "$.team_id", team_id=GONE),
    bad("Apple without the key's id", APPLE, "$.client_key_id", client_key_id=GONE),
    bad("a method for LinkedIn", LINKEDIN, "$.token_endpoint_auth_method", token_endpoint_auth_method="none"),
    bad("a nonce for LinkedIn", LINKEDIN, "$.nonce", nonce="if_present"),
    bad("a key for GitLab", GITLAB, "$.client_key", client_key=JWK),
    bad("one scope as text", OIDC, "$.scopes", scopes="openid"),
    bad("no openid", OIDC, "$.scopes", scopes=["email"]),
    bad("scopes in one", OIDC, "$.scopes", scopes=["openid", "email profile"]),
    bad("a number among scopes", OIDC, "$.scopes[1]", scopes=["openid", 1]),
    bad("a list for endpoints", OIDC, "$.endpoints", endpoints=[]),
    bad("an endpoint on plain http", OIDC, "$.endpoints.token", endpoints={"token": "http://id.example/token"}),
    bad("a file for an endpoint", OIDC, "$.endpoints.token", endpoints={"token": "file:///etc/passwd"}),
    bad("HMAC", OIDC, "$.signing_algorithms", signing_algorithms=["HS256"]),
    bad("no signature", OIDC, "$.signing_algorithms", signing_algorithms=["none"]),
    bad("no algorithm", OIDC, "$.signing_algorithms", signing_algorithms=[]),
    bad("nobody", OIDC, "$.allow.email_domains", allow={"email_domains": []}),
    bad("an address for a domain", OIDC, "$.allow.email_domains", allow={"email_domains": ["a@b.example"]}),
    bad("a domain with a dot before it", OIDC, "$.allow.hosted_domains", allow={"hosted_domains": [".city.example"]}),
    bad("a claim without a path", OIDC, "$.claims.role", claims={"role": "admin"}),
    bad("a claim of the broker's own", OIDC, "$.claims.sub", claims={"sub": "$.email"}),
    bad("a claim of the broker's own as a constant", OIDC, "$.claims.idp", claims={"idp": {"value": "x"}}),
    bad("a claim without a name", OIDC, "$.claims.", claims={"": "$.email"}),
    bad("a number for a claim", OIDC, "$.claims.role", claims={"role": 7}),
    bad("a claim from nowhere", OIDC, "$.claims.role.from", claims={"role": {"default": "x"}}),
    bad("a claim from everywhere", OIDC, "$.claims.role.from", claims={"role": {"from": "$.groups[*]"}}),
    bad("a constant nothing", OIDC, "$.claims.role.value", claims={"role": {"value": None}}),
    bad("a constant and a path", OIDC, "$.claims.role.from", claims={"role": {"value": "x", "from": "$.a"}}),
    bad("a misspelt rule", OIDC, "$.claims.role.form", claims={"role": {"form": "$.a"}}),
    bad("an empty translation", OIDC, "$.claims.role.map", claims={"role": {"from": "$.a", "map": {}}}),
    bad(
        "a translation into nothing", OIDC, "$.claims.role.map.x", claims={"role": {"from": "$.a", "map": {"x": None}}}
    ),
    bad(
        "unmatched without a map",
        OIDC,
        "$.claims.role.unmatched",
        claims={"role": {"from": "$.a", "unmatched": "keep"}},
    ),
    bad(
        "an unknown end for the unmatched",
        OIDC,
        "$.claims.role.unmatched",
        claims={"role": {"from": "$.a", "map": {"x": "y"}, "unmatched": "lose"}},
    ),
    bad("accounts of our own elsewhere", LOCAL, "$.issuer", issuer="https://id.example"),
    bad("somebody else as local", LOCAL, "$.type", type="oidc"),
    bad("an id in capitals", OIDC, "$.id", id="City"),
    bad("an id with a path", OIDC, "$.id", id="../city"),
    good("a gateway", HEADER),
    good(
        "a gateway that says more",
        HEADER,
        claims_headers={"email": "X-Remote-Email", "groups": "X-Remote-Groups"},
        groups_separator=";",
        proxy_secret_header="X-Proof",
        proxy_secret={"file": "secret.txt"},
        allow={"email_domains": ["city.example"]},
    ),
    bad("a gateway that names nobody", HEADER, "$.subject_header", subject_header=GONE),
    bad("a field with an underscore", HEADER, "$.subject_header", subject_header="X_Remote_User"),
    bad("a field from the environment", HEADER, "$.subject_header", subject_header="${CORPUS_ID}"),
    bad("a claim's field with a space", HEADER, "$.claims_headers.email", claims_headers={"email": "X Remote"}),
    bad("a field for the broker's own claim", HEADER, "$.claims_headers.sub", claims_headers={"sub": "X-Remote-Sub"}),
    bad("a separator of two", HEADER, "$.groups_separator", groups_separator=", "),
    bad("proof without a secret", HEADER, "$.proxy_secret", proxy_secret_header="X-Proof"),
    bad("a secret without a field", HEADER, "$.proxy_secret_header", proxy_secret="s"),
    bad("a gateway with an issuer", HEADER, "$.issuer", issuer="https://id.example"),
]
