using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Nats.Server;

/// <summary>What our server says of itself (NATS client protocol, INFO), and that nobody answers (ADR-4).</summary>
internal sealed class ServerGreeting(ServerGate gate)
{
    // The version of the protocol's features that it has; clients look at it before they use headers.
    private const string Version = "2.9.0";

    private static readonly string s_id = "TRACEMQ" + RandomNumberGenerator.GetHexString(16);
    private static readonly byte[] s_noResponders = Encoding.ASCII.GetBytes("NATS/1.0 503\r\n\r\n");

    /// <summary>The line with its end.</summary>
    public byte[] Line(Endpoint endpoint, long clientNumber)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        System.Buffers.BuffersExtensions.Write(buffer, "INFO "u8);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("server_id", s_id);
            writer.WriteString("server_name", "tracemq");
            writer.WriteString("version", Version);
            writer.WriteNumber("proto", 1);
            writer.WriteString("host", endpoint.Host);
            writer.WriteNumber("port", endpoint.Port);
            writer.WriteBoolean("headers", true);
            writer.WriteNumber("max_payload", ClientParser.MaximumPayload);
            if (clientNumber > 0)
                writer.WriteNumber("client_id", clientNumber);
            if (!gate.IsOpen)
                writer.WriteBoolean("auth_required", true);
            if (endpoint.Scheme.Carrier == Carrier.Tls)
                writer.WriteBoolean("tls_required", true);
            writer.WriteEndObject();
        }

        System.Buffers.BuffersExtensions.Write(buffer, "\r\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The word to whoever asked that nobody is there to answer.</summary>
    public static ServedMessage NobodyThere(string replyTo) => new(replyTo, ReplyTo: null, s_noResponders, default);
}
