using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using TraceMQ.Transport;

namespace TraceMQ.Tui.Demo;

/// <summary>All that the plant tells by itself, by topic.</summary>
internal sealed class PlantSensors
{
    private static readonly IReadOnlyList<Header> s_kilnHeaders = [new("unit", "C"), new("site", "plant-a")];
    private static readonly IReadOnlyList<Header> s_siteHeaders = [new("site", "plant-a")];

    private readonly PlantMessages _messages;
    private readonly Random _random;
    private readonly TimeProvider _time;
    private readonly double[] _litres = [6_200, 9_100];
    private uint _cycle;
    private long _samples;

    public PlantSensors(PlantMessages messages, TimeProvider time, Random random)
    {
        _messages = messages;
        _time = time;
        _random = random;
    }

    public OutgoingMessage OfKiln(Kiln kiln) =>
        PlantMessages.Json(
            $"sensors/kiln/{kiln.Id}",
            _messages.Event,
            s_kilnHeaders,
            json =>
            {
                json.WriteStartObject();
                json.WriteNumber("celsius", kiln.Celsius);
                json.WriteBoolean("ok", kiln.HighSince is null);
                json.WriteNumber("sp", kiln.SetPoint);
                json.WriteEndObject();
            }
        );

    /// <summary>An alarm begins, or ended: then <paramref name="began"/> says when the state before it had begun.</summary>
    public OutgoingMessage Alarm(Kiln kiln, DateTimeOffset began) =>
        PlantMessages.Json(
            $"alarms/kiln/{kiln.Id}",
            _messages.Certain,
            s_kilnHeaders,
            json =>
            {
                json.WriteStartObject();
                json.WriteString("level", kiln.HighSince is null ? "normal" : "high");
                json.WriteNumber("celsius", kiln.Celsius);
                json.WriteNumber("limit", kiln.Limit);
                json.WriteStartObject("kiln");
                json.WriteNumber("id", kiln.Id);
                json.WriteString("zone", kiln.Zone);
                json.WriteEndObject();
                json.WriteString("since", PlantMessages.Instant(began));
                json.WriteEndObject();
            }
        );

    public OutgoingMessage OfPump(int id, TimeSpan elapsed) =>
        PlantMessages.Json(
            $"sensors/pump/{id}",
            _messages.Event,
            [],
            json =>
            {
                var load = 0.5 + (0.5 * Math.Sin((elapsed.TotalSeconds * Math.Tau / 90) + id));
                json.WriteStartObject();
                json.WriteNumber("rpm", 1400 + (int)(120 * load) + _random.Next(5));
                json.WriteNumber("bar", Math.Round(3.6 + (load * 1.2) + (_random.NextDouble() * 0.05), 2));
                json.WriteNumber("amps", Math.Round(9 + (load * 4) + (_random.NextDouble() * 0.2), 1));
                json.WriteBoolean("running", value: true);
                json.WriteEndObject();
            }
        );

    public OutgoingMessage OfTank(int id, TimeSpan elapsed)
    {
        const double capacity = 12_000;
        var flow = Math.Round(25 * Math.Sin((elapsed.TotalSeconds * Math.Tau / 600) + id), 1);
        var litres = _litres[id - 1] = Math.Clamp(_litres[id - 1] + flow + _random.Next(-2, 3), 500, capacity);
        return PlantMessages.Json(
            $"sensors/tank/{id}",
            _messages.Event,
            [new Header("unit", "l"), new Header("site", "plant-a")],
            json =>
            {
                json.WriteStartObject();
                json.WriteNumber("litres", Math.Round(litres));
                json.WriteNumber("percent", Math.Round(100 * litres / capacity, 1));
                json.WriteNumber("flow", flow);
                json.WriteString("valve", flow < 0 ? "draining" : "filling");
                json.WriteEndObject();
            }
        );
    }

    public OutgoingMessage StateOfLine(int line, int order) =>
        PlantMessages.Json(
            $"plant/state/line/{line}",
            _messages.Retained,
            s_siteHeaders,
            json =>
            {
                json.WriteStartObject();
                json.WriteString("state", order % 5 == 4 ? "changeover" : "running");
                json.WriteString("order", $"A-{4700 + (line * 100) + order}");
                json.WriteNumber("speed", order % 5 == 4 ? 0 : Math.Round(1.1 + (_random.NextDouble() * 0.3), 2));
                json.WriteString("since", PlantMessages.Instant(_time.GetUtcNow()));
                json.WriteEndObject();
            }
        );

    public OutgoingMessage StateOfSite() =>
        PlantMessages.Json(
            "plant/state/site",
            _messages.Retained,
            s_siteHeaders,
            json =>
            {
                json.WriteStartObject();
                json.WriteString("state", "online");
                json.WriteString("name", "Plant A, Köln");
                json.WriteString("since", PlantMessages.Instant(_time.GetUtcNow()));
                json.WriteEndObject();
            }
        );

    public OutgoingMessage Report() =>
        PlantMessages.Json(
            "reports/daily",
            _messages.Retained,
            s_siteHeaders,
            json => DailyReport.Write(json, _time.GetUtcNow(), _random)
        );

    public OutgoingMessage Vibration(TimeSpan elapsed)
    {
        var x = (0.4 * Math.Sin(elapsed.TotalSeconds * 7)) + (_random.NextDouble() * 0.1);
        var y = (0.3 * Math.Cos(elapsed.TotalSeconds * 11)) + (_random.NextDouble() * 0.1);
        return PlantMessages.Json(
            "telemetry/vibration",
            _messages.Event,
            [],
            json =>
            {
                json.WriteStartObject();
                json.WriteNumber("n", _samples++);
                json.WriteNumber("x", Math.Round(x, 3));
                json.WriteNumber("y", Math.Round(y, 3));
                json.WriteEndObject();
            }
        );
    }

    /// <summary>An image of a controller's memory: mark, cycle, a temperature and a set point for each kiln, and a sum over all before it; big-endian.</summary>
    public OutgoingMessage Raw(IReadOnlyList<Kiln> kilns)
    {
        var bytes = new byte[8 + (kilns.Count * 8) + 2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, 0xAA55);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)kilns.Count);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), _cycle++);
        for (var i = 0; i < kilns.Count; i++)
        {
            BinaryPrimitives.WriteSingleBigEndian(bytes.AsSpan(8 + (i * 8)), (float)kilns[i].Celsius);
            BinaryPrimitives.WriteSingleBigEndian(bytes.AsSpan(12 + (i * 8)), (float)kilns[i].SetPoint);
        }

        ushort sum = 0;
        foreach (var value in bytes)
            sum += value;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(bytes.Length - 2), sum);
        return new OutgoingMessage
        {
            Topic = "plc/raw/1",
            Payload = bytes,
            Options = _messages.Binary,
        };
    }

    public OutgoingMessage LogLine()
    {
        var line = _random.Next(12) switch
        {
            0 => "WARN  roller 7: torque above average",
            1 => $"INFO  order A-{4800 + _random.Next(40)} scheduled",
            2 => $"DEBUG vision: {900 + _random.Next(90)} of 1000 pieces without a flaw",
            _ => $"INFO  batch {10_000 + _random.Next(700)} entered kiln {1 + _random.Next(3)}",
        };
        var text = string.Create(CultureInfo.InvariantCulture, $"{PlantMessages.Instant(_time.GetUtcNow())} {line}");
        return new OutgoingMessage
        {
            Topic = "logs/line/1",
            Payload = Encoding.UTF8.GetBytes(text),
            Options = _messages.Text,
        };
    }
}
