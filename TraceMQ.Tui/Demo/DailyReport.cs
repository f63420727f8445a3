using System.Text.Json;

namespace TraceMQ.Tui.Demo;

/// <summary>The big document: about 200 kB of JSON.</summary>
internal static class DailyReport
{
    private const int Lines = 2;
    private const int Batches = 700;

    private static readonly string[] s_products = ["floor tile 30x60", "wall tile 20x50", "mosaic", "skirting"];

    /// <summary>Writes it.</summary>
    public static void Write(Utf8JsonWriter json, DateTimeOffset now, Random random)
    {
        json.WriteStartObject();
        json.WriteString("report", "daily");
        json.WriteString("site", "plant-a");
        json.WriteString("created", PlantMessages.Instant(now));
        json.WriteStartArray("lines");
        for (var line = 1; line <= Lines; line++)
        {
            json.WriteStartObject();
            json.WriteNumber("line", line);
            json.WriteStartArray("batches");
            for (var batch = 0; batch < Batches; batch++)
                WriteBatch(json, now.AddSeconds((batch - Batches) * 120), (line * 10_000) + batch, random);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteBatch(Utf8JsonWriter json, DateTimeOffset started, int number, Random random)
    {
        var pieces = 900 + random.Next(300);
        var broken = random.Next(12);
        json.WriteStartObject();
        json.WriteNumber("batch", number);
        json.WriteString("product", s_products[number % s_products.Length]);
        json.WriteString("started", PlantMessages.Instant(started));
        json.WriteNumber("pieces", pieces);
        json.WriteNumber("broken", broken);
        json.WriteStartObject("kiln");
        json.WriteNumber("id", 1 + (number % 3));
        json.WriteNumber("celsius", Math.Round(790 + (random.NextDouble() * 20), 1));
        json.WriteEndObject();
        json.WriteBoolean("released", broken < 10);
        json.WriteEndObject();
    }
}
