import Crypto
import Foundation
import OAuth

/// A static file, ready to be served.
package struct PageAsset: Hashable, Sendable {
    package let name: String
    package let contentType: String
    /// A strong entity tag with its quotes (RFC 9110 §8.8.3).
    package let entityTag: String
    package let bytes: [UInt8]
    /// What pages append as `?v=`, so that a changed file has a changed address.
    package let version: String

    /// For how long the answer to a request with this `v` may be kept: an address that names the version, forever.
    package func cacheControl(forVersion requested: String?) -> String {
        requested == version ? "public, max-age=31536000, immutable" : "no-cache"
    }
}

/// The files of `templates/assets`, in memory.
package struct PageAssets: Sendable {
    private let assets: [String: PageAsset]

    private static let folderName = "assets"
    private static let longest = 1 << 20
    private static let contentTypes = [
        "css": "text/css; charset=utf-8",
        "js": "text/javascript; charset=utf-8",
        "svg": "image/svg+xml",
        "png": "image/png",
        "jpg": "image/jpeg",
        "webp": "image/webp",
        "ico": "image/x-icon",
        "woff2": "font/woff2",
        "txt": "text/plain; charset=utf-8",
    ]

    /// The asset served as `/assets/<name>`.
    package subscript(name: String) -> PageAsset? { assets[name] }

    init(folder: TemplateFolder) throws(PageTemplateError) {
        var assets: [String: PageAsset] = [:]
        for name in folder.names(in: Self.folderName) {
            let file = "\(Self.folderName)/\(name)"
            let bytes = try folder.bytes(of: file)
            let fileType = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
            guard let contentType = Self.contentTypes[fileType], bytes.count <= Self.longest else {
                throw PageTemplateError(file: file, problem: .unsuitableAsset)
            }
            let digest = SHA256.hash(data: bytes).prefix(12).hexadecimal
            assets[name] = PageAsset(
                name: name, contentType: contentType, entityTag: "\"\(digest)\"", bytes: Array(bytes), version: digest)
        }
        self.assets = assets
    }

    /// How templates name the files: `assets.drawbridge_css`.
    var names: Set<String> { Set(assets.keys.map(Self.templateName)) }

    var templateValue: TemplateValue {
        .object(
            assets.values.reduce(into: [:]) { members, asset in
                let link = PageLink(path: "/assets/\(asset.name)", query: [("v", asset.version)])
                members[Self.templateName(asset.name)] = .text(link.reference)
            })
    }

    private static func templateName(_ name: String) -> String {
        String(name.map { $0.isLetter || $0.isNumber ? $0 : "_" })
    }
}
