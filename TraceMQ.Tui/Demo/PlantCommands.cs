using System.Text.Json;
using TraceMQ.Transport;

namespace TraceMQ.Tui.Demo;

/// <summary>What the plant can be told: <c>cmd/kiln/N/set {"target":795}</c>. Every command gets an answer; one that is not understood is told why.</summary>
internal sealed class PlantCommands
{
    private const double Lowest = 20;
    private const double Highest = 1200;

    private readonly IReadOnlyList<Kiln> _kilns;
    private readonly PlantMessages _messages;
    private readonly TimeProvider _time;

    public PlantCommands(IReadOnlyList<Kiln> kilns, PlantMessages messages, TimeProvider time)
    {
        _kilns = kilns;
        _messages = messages;
        _time = time;
    }

    /// <summary>Obeys, and gives the answer to send; null where the message is no command but an answer.</summary>
    public OutgoingMessage? Obey(Message command)
    {
        if (
            !command.Topic.StartsWith("cmd/", StringComparison.Ordinal)
            || command.Topic.EndsWith("/result", StringComparison.Ordinal)
        )
            return null;
        var kiln = KilnOf(command.Topic, out var problem);
        var target = kiln is null ? null : TargetOf(command.Payload, out problem);
        var was = kiln?.SetPoint;
        if (kiln is not null && target is { } setPoint)
            kiln.SetPoint = setPoint;
        var (topic, options) = _messages.AnswerTo(command);
        return PlantMessages.Json(
            topic,
            options,
            [],
            json =>
            {
                json.WriteStartObject();
                json.WriteBoolean("ok", target is not null);
                if (kiln is not null)
                    json.WriteNumber("kiln", kiln.Id);
                if (target is not null)
                {
                    json.WriteNumber("target", target.Value);
                    json.WriteNumber("was", was!.Value);
                }
                else
                {
                    json.WriteString("error", problem);
                }

                json.WriteString("at", PlantMessages.Instant(_time.GetUtcNow()));
                json.WriteEndObject();
            }
        );
    }

    private Kiln? KilnOf(string topic, out string problem)
    {
        problem = "";
        var parts = topic.Split('/');
        if (parts is not [_, "kiln", var id, "set"])
        {
            problem = "there is one command: cmd/kiln/N/set with {\"target\":795}";
            return null;
        }

        var kiln = _kilns.FirstOrDefault(candidate => candidate.Id.ToString() == id);
        if (kiln is null)
            problem = $"there is no such kiln; there are {string.Join(", ", _kilns.Select(known => known.Id))}";
        return kiln;
    }

    private static double? TargetOf(ReadOnlyMemory<byte> payload, out string problem)
    {
        problem = "";
        try
        {
            using var document = JsonDocument.Parse(payload);
            if (
                document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("target", out var target)
            )
                problem = "write a JSON object with a target: {\"target\":795}";
            else if (target.ValueKind != JsonValueKind.Number || !target.TryGetDouble(out var celsius))
                problem = "target is not a number; write it without quotes: {\"target\":795}";
            else if (celsius is < Lowest or > Highest)
                problem = $"target is out of range: from {Lowest} to {Highest} °C";
            else
                return Math.Round(celsius, 1);
        }
        // A lone surrogate in a name is valid JSON that has no text.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            problem = payload.IsEmpty
                ? "the payload is empty; write {\"target\":795}"
                : "the payload is not JSON; write {\"target\":795}";
        }

        return null;
    }
}
