using System.Buffers;
using System.Globalization;
using System.Text.Json;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Demo;

/// <summary>Makes the messages of the simulated plant, with as many of the options as the protocol has.</summary>
internal sealed class PlantMessages
{
    private readonly ITransport _transport;

    public PlantMessages(ITransport transport)
    {
        _transport = transport;
        Event = Options(("content_type", "application/json"));
        Certain = Options(("content_type", "application/json"), ("qos", 1L));
        Retained = Options(("content_type", "application/json"), ("qos", 1L), ("retain", true));
        Binary = Options(("content_type", "application/octet-stream"));
        Text = Options(("content_type", "text/plain"), ("payload_format", "utf-8"));
    }

    /// <summary>JSON that may be lost: the next value comes soon.</summary>
    public SettingValues Event { get; }

    /// <summary>JSON that must arrive.</summary>
    public SettingValues Certain { get; }

    /// <summary>JSON that also those see who come later.</summary>
    public SettingValues Retained { get; }

    /// <summary>Bytes.</summary>
    public SettingValues Binary { get; }

    /// <summary>Text.</summary>
    public SettingValues Text { get; }

    /// <summary>A time as it is written in payloads.</summary>
    public static string Instant(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    /// <summary>A message whose payload is a JSON document.</summary>
    public static OutgoingMessage Json(
        string topic,
        SettingValues options,
        IReadOnlyList<Header> headers,
        Action<Utf8JsonWriter> write
    )
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes))
            write(writer);
        return new OutgoingMessage
        {
            Topic = topic,
            Payload = bytes.WrittenMemory,
            Headers = headers,
            Options = options,
        };
    }

    /// <summary>Where and how a command is answered: where it asks for, else beside it.</summary>
    public (string Topic, SettingValues Options) AnswerTo(Message command)
    {
        var asked = _transport.OptionsOf(command);
        var options = Certain;
        if (Find("correlation_data") is { } correlation && asked.Find(correlation) is { } data)
            options = options.WithObject(correlation, data);
        if (command.Details.Find("response_topic") is { Text.Length: > 0 } response)
            return (response.Text, options);
        var parent = command.Topic[..Math.Max(0, command.Topic.LastIndexOf('/'))];
        return (parent.Length == 0 ? $"{command.Topic}/result" : $"{parent}/result", options);
    }

    private SettingValues Options(params IEnumerable<(string Key, object Value)> wanted)
    {
        var options = SettingValues.Empty;
        foreach (var (key, value) in wanted)
        {
            if (Find(key) is { } setting)
                options = options.WithObject(setting, value);
        }

        return options;
    }

    private Setting? Find(string key) => _transport.PublishSettings.FirstOrDefault(setting => setting.Key == key);
}
