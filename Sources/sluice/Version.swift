/// The project's version, by Semantic Versioning; CHANGELOG.md begins with it.
enum Version {
    static let current = "0.2.0"
}
