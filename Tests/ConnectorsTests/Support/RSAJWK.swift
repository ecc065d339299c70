/// A private RSA key as a JWK, made for these tests alone.
enum RSAJWK {
    static let members = [
        "kty": "RSA", "kid": "rsa-jwk",
        "n": "vdGCQIAuZbQWOo_Rv3F1edBPTPQnAnqBEP4BDTzQqbjQDMJ1VZE5YYwvrxo4XmqmZWlNkBMkzjB83DuX_P6pbgcPQv-hcqKe"
            + "uno_Y00iLuJox5ndd2-_q4kPYpkRGd9aqA__mRx8UOwaVnmwEnFGtE2MiBHUsb-ubvW3PaluHJ25OG2nOlcriUPhlNGLfZBs"
            + "NWeaXq8eLkOGn4dSAvQGxxSOJ7RppARuISXBK2U5sNTJFCKcoO71WFRl3C036D0OuZ4exIYGZJHJA4ovOUQMFaC9OGw6UoOk"
            + "BT-BgWC3BXNZliSR4gysghPEt48VjzBJjGCZ3g8OJd73PZVWrtI_gw",
        "e": "AQAB",
        "d": "CAPiwMp-Kw6Rqbi3nffdLV7zGkgXpZklU2GxCwK4ZOedkWGyBqzyhAChZX7Gm-YGT13vnS0nGWB0GptBmGNAeu7oDBIzRQiX"
            + "iemY556IL6ahJLHbPNcxJr3Lh9miyTmPNcLcg3XvzJL2VxRzBN8CTKFsVQqRCqMSFd62SsTuwLKC4bAhI9XAtKXAxDcOo8QP"
            + "TB1AZ_Lsjvri3ftU1TuXoNT-S7pb7N1Ngx5-hv8sEweURxVgiCdxGSGlyw12lByf7ptiVm-gB1i0KQwWHSh4WmMiuS1Q8mpF"
            + "0i_ROQ2S2n2mD8EvnKqP7qkIDa6HxYzQLIWTufXw8AxkQf_NfYHg0Q",
        "p": "9g4xehJ8NYC5_ldTOYX95LTneW0mHw4AZ6hYZ_ASwdSkI-W6DTNJm7KhoPFs3-XXafweig9dmJNqnG9H22jbYUn9sYrTQaGq"
            + "lO9dltnnNkh-71DIFuG2wi72rBN622CGKF2A795j5FFl7hPsUxInzWq9KyvQcPcvKeuiaFihRD0",
        "q": "xX110x42rcdPG11VGyBVn1pWJMeJcWmz_qGArXWzXhHlXS2gmVIWraLf_O9_j04yqIue91pfuVjrHqcfDwPtLNwMJEi_7GNe"
            + "B3OOyvOhJrJ5tRV1sCOY_oicg_EfpzeY9YQx9-_YtRUFxzeIWmD64YUTlzIfBDyvxhF_CPspDr8",
    ]
}
