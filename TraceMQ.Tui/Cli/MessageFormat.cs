using System.Text.Json;
using TraceMQ.Transport;
using TraceMQ.Tui.Messages;

namespace TraceMQ.Tui.Cli;

/// <summary>How a message is written to stdout.</summary>
internal abstract class MessageFormat
{
    /// <summary>The format that <c>--format</c> names.</summary>
    /// <exception cref="CliException">There is none.</exception>
    public static MessageFormat Named(string name, Target target) =>
        name switch
        {
            "json" => new Json(target.Name, target.Transport.Protocol),
            "raw" => new Raw(),
            "text" => new Text(),
            _ => throw CliException.Usage($"--format {name}: write json, text or raw"),
        };

    /// <summary>Writes one message.</summary>
    public abstract void Write(Message message, OutputBuffer output);

    /// <summary>The payload's bytes and nothing else.</summary>
    internal sealed class Raw : MessageFormat
    {
        public override void Write(Message message, OutputBuffer output) => output.Write(message.Payload.Span);
    }

    /// <summary>The payload's bytes and a line end: what a person wants of a reply.</summary>
    internal sealed class Lines : MessageFormat
    {
        public override void Write(Message message, OutputBuffer output)
        {
            output.Write(message.Payload.Span);
            output.Write("\n"u8);
        }
    }

    /// <summary>Time, topic and payload on one line that no terminal stumbles over.</summary>
    internal sealed class Text : MessageFormat
    {
        public override void Write(Message message, OutputBuffer output)
        {
            message.Time.UtcDateTime.TryFormat(
                output.GetSpan(32),
                out var length,
                "yyyy-MM-dd'T'HH:mm:ss.fff'Z '",
                provider: null
            );
            output.Advance(length);
            if (message.Topic.Length > 0)
            {
                WriteSafe(TraceMQ.Tui.Text.SafeText.Line(message.Topic), output);
                output.Write(" "u8);
            }

            if (message.Details.Lead is { Length: > 0 } lead)
            {
                WriteSafe(TraceMQ.Tui.Text.SafeText.Line(lead), output);
                output.Write(" "u8);
            }

            var payload = message.Payload.Span;
            if (payload.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0)
                output.Write(payload);
            else
                WriteSafe(TraceMQ.Tui.Text.SafeText.Line(payload, int.MaxValue), output);
            output.Write("\n"u8);
        }

        private static void WriteSafe(string text, OutputBuffer output)
        {
            var size = System.Text.Encoding.UTF8.GetMaxByteCount(text.Length);
            if (size <= 4096)
            {
                output.Advance(System.Text.Encoding.UTF8.GetBytes(text, output.GetSpan(size)));
                return;
            }

            output.Write(System.Text.Encoding.UTF8.GetBytes(text));
        }
    }

    /// <summary>An object a line, as the contract of <c>--format json</c> says.</summary>
    internal sealed class Json(string profile, string protocol) : MessageFormat, IDisposable
    {
        private readonly Utf8JsonWriter _writer = new(Stream.Null, MessageJson.Options);

        public override void Write(Message message, OutputBuffer output) =>
            MessageJson.WriteLine(output, _writer, message, profile, protocol);

        public void Dispose() => _writer.Dispose();
    }
}
