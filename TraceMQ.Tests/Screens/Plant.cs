using System.Text;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Screens;

/// <summary>A desk with the traffic of a small plant at fixed times.</summary>
internal static class Plant
{
    public const string Profiles = """
        [profiles."Plant A"]
        protocol = "mqtt"
        group = "prod"
        production = true
        url = "mqtt://plant.example.com:1883"
        subscribe = ["sensors/#", "alarms/+"]

        [profiles."Line telemetry"]
        protocol = "mqtt"
        group = "prod"
        read_only = true
        url = "mqtt://line.example.com:1883"
        subscribe = ["line/#"]

        [profiles.Bench]
        protocol = "mqtt"
        url = "mqtt://localhost:1883"

        [profiles.Broken]
        protocol = "mqtt"
        url = "mqtt://localhost:99999"
        """;

    private static readonly string[] s_payloads =
    [
        """{"celsius":812.4,"ok":true,"unit":"C"}""",
        """{"celsius":640.0,"ok":true,"unit":"C","history":[640.1,639.8,640.2],"note":null}""",
        "21.5",
        "running",
        """[1,2,3]""",
    ];

    private static readonly string[] s_topics =
    [
        "sensors/kiln/1",
        "sensors/kiln/2",
        "sensors/hall/temperature",
        "alarms/kiln",
        "sensors/line/positions",
    ];

    /// <summary>Two connections with forty messages in four seconds.</summary>
    public static Desk Busy()
    {
        var desk = new Desk(Profiles, Transports.Find("mqtt")!);
        var plant = desk.Connect("Plant A");
        var line = desk.Connect("Line telemetry");
        for (var i = 0; i < 40; i++)
        {
            var at = i % s_topics.Length;
            desk.Receive(
                i % 4 == 3 ? line : plant,
                Message(desk, s_topics[at], Encoding.UTF8.GetBytes(s_payloads[at]), isRetained: i < 2)
            );
            desk.Time.Advance(TimeSpan.FromMilliseconds(100));
            if (i % 10 == 9)
                desk.Pass(0);
        }

        desk.Receive(plant, "cmd/kiln/2/set", """{"target":795}""", Direction.Out);
        desk.Pass(1);
        return desk;
    }

    /// <summary>A message with the facts that a broker gives it.</summary>
    public static Message Message(Desk desk, string topic, byte[] payload, bool isRetained = false)
    {
        Detail Fact(string key, DetailValue value) =>
            new(desk.Transport.Details.First(field => field.Key == key), value);
        return new Message
        {
            Time = desk.Time.GetUtcNow(),
            Topic = topic,
            Payload = payload,
            IsReplayed = isRetained,
            Details = new MessageDetails(
                Fact("qos", DetailValue.Of(1)),
                Fact("retain", DetailValue.Of(isRetained)),
                Fact("content_type", DetailValue.Of("application/json"))
            ),
            Headers = [new Header("site", "north")],
        };
    }
}
