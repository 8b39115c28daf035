import FoundationEssentials
import Glibc

/// node-pop3's configuration file: the command's options as one JSON object.
struct PopConfigFile: Decodable {
    var user: String?
    var password: String?
    var host: String?
    var port: Int?
    var tls: Bool?
    var servername: String?
    /// Milliseconds.
    var timeout: Int?
    /// The method and its arguments: a text, or a list.
    var method: [String]?

    private enum CodingKeys: String, CodingKey {
        case user, password, host, port, tls, servername, timeout, method
    }

    init() {}

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        user = try values.decodeIfPresent(String.self, forKey: .user)
        password = try values.decodeIfPresent(String.self, forKey: .password)
        host = try values.decodeIfPresent(String.self, forKey: .host)
        port = try values.decodeIfPresent(Int.self, forKey: .port)
        tls = try values.decodeIfPresent(Bool.self, forKey: .tls)
        servername = try values.decodeIfPresent(String.self, forKey: .servername)
        timeout = try values.decodeIfPresent(Int.self, forKey: .timeout)
        if let text = try? values.decodeIfPresent(String.self, forKey: .method) {
            method = text.split(separator: " ").map(String.init)
        } else {
            method = try values.decodeIfPresent([String].self, forKey: .method)
        }
    }

    /// Reads the file at `path`.
    static func read(_ path: String) throws(MailFileError) -> PopConfigFile {
        do {
            let data = try Data(contentsOf: URL(filePath: path))
            // Otherwise a name or password would be another without a word.
            guard String(validating: data, as: UTF8.self) != nil else {
                throw MailFileError(description: "\(path) is not valid UTF-8", status: .badData)
            }
            return try JSONDecoder().decode(PopConfigFile.self, from: data)
        } catch let error as DecodingError {
            throw MailFileError(description: "\(path) is no configuration: \(Self.reason(error))", status: .badData)
        } catch let error as MailFileError {
            throw error
        } catch {
            throw MailFileError(description: "cannot read the configuration \(path)", status: .noInput)
        }
    }

    private static func reason(_ error: DecodingError) -> String {
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
            .dataCorrupted(let context):
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return path.isEmpty ? context.debugDescription : "\(path): \(context.debugDescription)"
        @unknown default: return "it cannot be read"
        }
    }
}
