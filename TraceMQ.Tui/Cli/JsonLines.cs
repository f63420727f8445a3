using System.Runtime.CompilerServices;
using System.Text;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Messages;

namespace TraceMQ.Tui.Cli;

/// <summary>Messages to send, read from what <c>sub --format json</c> wrote.</summary>
internal static class JsonLines
{
    /// <summary>Reads them as they come. Empty lines are left out.</summary>
    /// <param name="input">The lines.</param>
    /// <param name="template">What the command line says, which stands over what a line says.</param>
    /// <param name="transport">The protocol that sends them.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    /// <exception cref="CliException">A line cannot be sent.</exception>
    public static async IAsyncEnumerable<OutgoingMessage> ReadAsync(
        Stream input,
        OutgoingMessage template,
        ITransport transport,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        long number = 0;
        await foreach (var line in PayloadLines.ReadAsync(input, cancellationToken).ConfigureAwait(false))
        {
            number++;
            var text = Encoding.UTF8.GetString(line);
            if (!string.IsNullOrWhiteSpace(text))
                yield return Read(text, number, template, transport);
        }
    }

    private static OutgoingMessage Read(string text, long number, OutgoingMessage template, ITransport transport)
    {
        if (!MessageJsonReader.TryRead(text, out var json, out var problem))
            throw CliException.Usage($"line {number}: {problem}");
        var topic = template.Topic.Length > 0 ? template.Topic : json.Topic ?? "";
        if (transport.Topics.Validate(topic) is { } wrong)
            throw CliException.Usage($"line {number}: topic: {wrong}");
        return template with
        {
            Topic = topic,
            Payload = json.Payload,
            Headers = template.Headers.Count > 0 ? template.Headers : json.Headers,
            Options = Options(json, number, template.Options, transport),
        };
    }

    /// <summary>The details that are settings of a message too; the others are facts of the way that it came, such as its offset.</summary>
    private static SettingValues Options(JsonMessage json, long number, SettingValues given, ITransport transport)
    {
        var options = given;
        foreach (var setting in transport.PublishSettings)
        {
            if (given.Has(setting) || !json.Details.TryGetValue(setting.Key, out var raw))
                continue;
            // JSON has no form for a duration: a number of one is its seconds.
            if (setting.Kind == SettingKind.Duration && raw is RawValue.Number seconds)
                raw = new RawValue.Text($"{seconds.Value}s");
            if (!setting.TryParse(raw, out var value, out var problem))
                throw CliException.Usage($"line {number}: details.{setting.Key}: {problem}");
            options = options.WithObject(setting, value);
        }

        return options;
    }
}
