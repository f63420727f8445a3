using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Doubles;
using TraceMQ.Tests.Mqtt;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Demo;

namespace TraceMQ.Tests.Demo;

public sealed class DemoPlantTests
{
    private static readonly ITransport s_mqtt = MqttProfiles.Transport;

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 14, 0, 0, TimeSpan.Zero));
    private readonly List<OutgoingMessage> _sent = [];
    private TimeSpan _elapsed;

    [Fact]
    public void It_sends_80_to_100_messages_a_second_of_every_kind()
    {
        var plant = Plant();

        Run(plant, seconds: 60);

        Assert.InRange(_sent.Count / 60.0, 80, 100);
        Assert.InRange(_sent.Count(message => message.Topic == "telemetry/vibration") / 60.0, 49, 51);
        Assert.Equivalent(
            new[]
            {
                "sensors/kiln/1",
                "sensors/kiln/2",
                "sensors/kiln/3",
                "sensors/pump/1",
                "sensors/pump/4",
                "sensors/tank/1",
                "sensors/tank/2",
                "plant/state/site",
                "plant/state/line/1",
                "plc/raw/1",
                "logs/line/1",
                "reports/daily",
                "alarms/kiln/1",
            },
            _sent
                .Select(message => message.Topic)
                .Distinct()
                .Where(topic =>
                    topic
                        is not (
                            "sensors/pump/2"
                            or "sensors/pump/3"
                            or "plant/state/line/2"
                            or "plant/state/line/3"
                            or "alarms/kiln/2"
                            or "alarms/kiln/3"
                            or "telemetry/vibration"
                        )
                ),
            strict: true
        );
    }

    [Fact]
    public void Everything_but_bytes_and_log_lines_is_JSON_that_says_so()
    {
        Run(Plant(), seconds: 30);

        foreach (
            var message in _sent.Where(message =>
                !message.Topic.StartsWith("plc/", StringComparison.Ordinal)
                && !message.Topic.StartsWith("logs/", StringComparison.Ordinal)
            )
        )
        {
            Assert.Equal(JsonValueKind.Object, Json(message).ValueKind);
            Assert.Equal("application/json", Option(message, "content_type"));
        }

        var kiln = Last("sensors/kiln/1");
        Assert.Equal(800, Json(kiln).GetProperty("sp").GetDouble());
        Assert.InRange(Json(kiln).GetProperty("celsius").GetDouble(), 780, 820);
        Assert.Contains(new Header("unit", "C"), kiln.Headers);
        Assert.Equal((byte)0xAA, Last("plc/raw/1").Payload.Span[0]);
        Assert.Equal("application/octet-stream", Option(Last("plc/raw/1"), "content_type"));
        Assert.StartsWith("2026-11-22T14:00:", Text(Last("logs/line/1")), StringComparison.Ordinal);
    }

    [Fact]
    public void What_stays_is_retained_and_there_from_the_beginning()
    {
        var plant = Plant();

        Run(plant, seconds: 0.02);

        foreach (
            var topic in (string[])["plant/state/site", "plant/state/line/1", "plant/state/line/3", "reports/daily"]
        )
        {
            Assert.Equal(true, Option(Last(topic), "retain"));
            Assert.Equal(1L, Option(Last(topic), "qos"));
        }

        Assert.Null(Option(Last("telemetry/vibration"), "retain"));
        Assert.InRange(Last("reports/daily").Payload.Length, 180_000, 240_000);
        Run(plant, seconds: 62);
        Assert.Equal(2, _sent.Count(message => message.Topic == "reports/daily"));
    }

    [Fact]
    public void An_alarm_comes_soon_and_ends()
    {
        Run(Plant(), seconds: 60);

        var alarms = _sent.Where(message => message.Topic == "alarms/kiln/1").ToList();
        var first = Json(alarms[0]);
        Assert.Equal("high", first.GetProperty("level").GetString());
        Assert.Equal(810, first.GetProperty("limit").GetDouble());
        Assert.True(first.GetProperty("celsius").GetDouble() >= 810);
        Assert.Equal("firing", first.GetProperty("kiln").GetProperty("zone").GetString());
        Assert.Matches(@"^2026-11-22T14:00:\d\d\.\d\d\dZ$", first.GetProperty("since").GetString());
        Assert.Equal(1L, Option(alarms[0], "qos"));
        Assert.Equal("normal", Json(alarms[1]).GetProperty("level").GetString());
        Assert.Equal(first.GetProperty("since").GetString(), Json(alarms[1]).GetProperty("since").GetString());
        Assert.InRange(_sent.Count(message => message.Topic.StartsWith("alarms/", StringComparison.Ordinal)), 3, 20);
    }

    [Fact]
    public void A_set_point_is_taken_answered_and_followed()
    {
        var plant = Plant();
        Run(plant, seconds: 1);

        plant.Take(Command("cmd/kiln/2/set", """{"target":650.25}"""));
        Run(plant, seconds: 60);

        var answer = Json(Last("cmd/kiln/2/result"));
        Assert.True(answer.GetProperty("ok").GetBoolean());
        Assert.Equal(650.2, answer.GetProperty("target").GetDouble());
        Assert.Equal(780, answer.GetProperty("was").GetDouble());
        Assert.Equal(650.2, Json(Last("sensors/kiln/2")).GetProperty("sp").GetDouble());
        Assert.InRange(Json(Last("sensors/kiln/2")).GetProperty("celsius").GetDouble(), 630, 670);
        Assert.Equal(800, Json(Last("sensors/kiln/1")).GetProperty("sp").GetDouble());
    }

    [Theory]
    [InlineData("cmd/kiln/1/set", "", "the payload is empty")]
    [InlineData("cmd/kiln/1/set", "hot", "not JSON")]
    [InlineData("cmd/kiln/1/set", "[795]", "object with a target")]
    [InlineData("cmd/kiln/1/set", """{"traget":795}""", "object with a target")]
    [InlineData("cmd/kiln/1/set", """{"\ud800arget":795}""", "")]
    [InlineData("cmd/kiln/1/set", """{"target":"795"}""", "not a number")]
    [InlineData("cmd/kiln/1/set", """{"target":5000}""", "out of range: from 20 to 1200")]
    [InlineData("cmd/kiln/1/set", """{"target":1e999}""", "out of range")]
    [InlineData("cmd/kiln/9/set", """{"target":795}""", "no such kiln; there are 1, 2, 3")]
    [InlineData("cmd/kiln/1/explode", """{"target":795}""", "one command")]
    [InlineData("cmd/x", """{"target":795}""", "one command")]
    public void Nonsense_is_answered_with_the_reason_and_changes_nothing(string topic, string payload, string reason)
    {
        var plant = Plant();

        plant.Take(Command(topic, payload));
        Run(plant, seconds: 1);

        var answer = Json(Last(topic[..topic.LastIndexOf('/')] + "/result"));
        Assert.False(answer.GetProperty("ok").GetBoolean());
        Assert.Contains(reason, answer.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(800, Json(Last("sensors/kiln/1")).GetProperty("sp").GetDouble());
    }

    [Fact]
    public void An_answer_is_not_answered()
    {
        var plant = Plant();

        plant.Take(Command("cmd/kiln/1/result", """{"ok":true}"""));
        Run(plant, seconds: 0.02);

        Assert.DoesNotContain(_sent, message => message.Topic.StartsWith("cmd/", StringComparison.Ordinal));
    }

    [Fact]
    public void The_same_seed_makes_the_same_plant()
    {
        Run(Plant(), seconds: 5);
        var first = _sent.ConvertAll(message => message.Topic + Text(message));
        _sent.Clear();
        _elapsed = TimeSpan.Zero;
        _time.AdjustTime(new DateTimeOffset(2026, 11, 22, 14, 0, 0, TimeSpan.Zero));

        Run(Plant(), seconds: 5);

        Assert.Equal(first, _sent.ConvertAll(message => message.Topic + Text(message)));
    }

    [Fact]
    public void After_a_long_stop_it_goes_on_and_does_not_catch_up()
    {
        var plant = Plant();
        Run(plant, seconds: 1);
        _sent.Clear();

        var count = plant.Due(TimeSpan.FromHours(8)).Count;

        Assert.InRange(count, 1, 30);
    }

    [Fact]
    public void An_option_that_the_protocol_does_not_have_is_left_out()
    {
        var plant = new DemoPlant(new FakeTransport(), (_, _) => Task.CompletedTask, _time, new Random(1));

        var state = plant.Due(TimeSpan.Zero).First(message => message.Topic == "plant/state/site");

        Assert.True(state.Options.Get(FakeTransport.Retain));
        Assert.Equal(1, state.Options.Get(FakeTransport.Qos));
    }

    [Fact]
    public async Task It_publishes_with_the_clock_until_it_is_cancelled()
    {
        using var stop = new CancellationTokenSource();
        var count = 0;
        var plant = new DemoPlant(
            s_mqtt,
            (_, _) =>
            {
                Interlocked.Increment(ref count);
                return Task.CompletedTask;
            },
            _time,
            new Random(7)
        );

        var running = plant.RunAsync(stop.Token);
        for (var i = 0; i < 50; i++)
        {
            var before = Volatile.Read(ref count);
            _time.Advance(TimeSpan.FromMilliseconds(20));
            await Surroundings.UntilAsync(() => Volatile.Read(ref count) > before, "the next tick was sent");
        }

        Assert.InRange(count, 70, 110);
        await stop.CancelAsync();
        await running.WaitAsync(Surroundings.Patience);
    }

    private DemoPlant Plant() => new(s_mqtt, (_, _) => Task.CompletedTask, _time, new Random(7));

    private void Run(DemoPlant plant, double seconds)
    {
        var until = _elapsed + TimeSpan.FromSeconds(seconds);
        while (_elapsed < until)
        {
            _sent.AddRange(plant.Due(_elapsed));
            _elapsed += TimeSpan.FromMilliseconds(20);
            _time.Advance(TimeSpan.FromMilliseconds(20));
        }
    }

    private Message Command(string topic, string payload) =>
        new()
        {
            Time = _time.GetUtcNow(),
            Topic = topic,
            Payload = Encoding.UTF8.GetBytes(payload),
        };

    private OutgoingMessage Last(string topic) => _sent.Last(message => message.Topic == topic);

    private static object? Option(OutgoingMessage message, string key) =>
        message.Options.Find(s_mqtt.PublishSettings.First(setting => setting.Key == key));

    private static string Text(OutgoingMessage message) => Encoding.UTF8.GetString(message.Payload.Span);

    private static JsonElement Json(OutgoingMessage message)
    {
        using var document = JsonDocument.Parse(message.Payload);
        return document.RootElement.Clone();
    }
}
