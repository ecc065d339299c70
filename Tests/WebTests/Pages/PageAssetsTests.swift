import Foundation
import Testing
import Web

@Suite("Pages: assets")
struct PageAssetsTests {
    @Test(
        "Each file is served with its type",
        arguments: [
            ("drawbridge.css", "text/css; charset=utf-8"), ("favicon.svg", "image/svg+xml"),
            ("mark.svg", "image/svg+xml"), ("bridge.svg", "image/svg+xml"),
        ])
    func types(name: String, contentType: String) throws {
        let asset = try #require(try TemplatesFolder.load().assets[name])
        #expect(asset.contentType == contentType)
        #expect(asset.entityTag == "\"\(asset.version)\"")
        #expect(asset.bytes == Array(try Data(contentsOf: URL(filePath: TemplatesFolder.path + "/assets/" + name))))
    }

    @Test("Only what lies in the folder has an address", arguments: ["", "../layout.mustache", "x.css", ".hidden"])
    func unknown(name: String) throws {
        #expect(try TemplatesFolder.load().assets[name] == nil)
    }

    @Test("A changed file has another tag and another address in the pages")
    func versions() throws {
        let shipped = try #require(try TemplatesFolder.load().assets["drawbridge.css"])
        try TemplatesFolder.withCopy { folder in
            try folder.write("body { margin: 0 }", to: "assets/drawbridge.css")
            let templates = try PageTemplates(directory: folder.path)
            let changed = try #require(templates.assets["drawbridge.css"])
            #expect(changed.entityTag != shipped.entityTag)
            let frame = PageFrame(language: .english, address: nil, client: nil)
            let html = templates.render(HomePage(), in: frame).html
            #expect(html.contains("href=\"/assets/drawbridge.css?v=\(changed.version)\""))
            #expect(changed.cacheControl(forVersion: changed.version).contains("immutable"))
            #expect(changed.cacheControl(forVersion: shipped.version) == "no-cache")
            #expect(changed.cacheControl(forVersion: nil) == "no-cache")
        }
    }

    @Test("A file of a type that is not served is refused at start")
    func unsuitable() throws {
        try TemplatesFolder.withCopy { folder in
            try folder.write("alert(1)", to: "assets/extra.html")
            #expect(throws: PageTemplateError(file: "assets/extra.html", problem: .unsuitableAsset)) {
                try PageTemplates(directory: folder.path)
            }
        }
    }
}
