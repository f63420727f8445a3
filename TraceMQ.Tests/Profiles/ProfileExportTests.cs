using CsCheck;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Profiles;

namespace TraceMQ.Tests.Profiles;

public sealed class ProfileExportTests
{
    [Fact]
    public void No_secret_is_ever_in_an_export()
    {
        var secret = Gen.String[Gen.Char["abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"], 12, 30];
        Gen.Select(secret, secret, secret, secret)
            .Sample(
                (password, inUrl, header, unknown) =>
                {
                    var entry = Entry(
                        (
                            "url",
                            new RawValue.List([
                                new RawValue.Text($"mqtt://me:{inUrl}@host:1883"),
                                new RawValue.Text($"mqtt://x:{inUrl}@other"),
                            ])
                        ),
                        ("auth.password", new RawValue.Text(password)),
                        (
                            "mqtt.user_properties",
                            new RawValue.Table(
                                new Dictionary<string, RawValue>(StringComparer.Ordinal)
                                {
                                    ["Authorization"] = new RawValue.Text(header),
                                    ["team"] = new RawValue.Text("ops"),
                                }
                            )
                        ),
                        ("nats.nkey_seed", new RawValue.Text(unknown))
                    );
                    var export = ProfileExport.Export([entry], Transports.All);
                    var whole = export.Toml + string.Concat(export.LeftOut);
                    return !whole.Contains(password, StringComparison.Ordinal)
                        && !whole.Contains(inUrl, StringComparison.Ordinal)
                        && !whole.Contains(header, StringComparison.Ordinal)
                        && !whole.Contains(unknown, StringComparison.Ordinal)
                        && whole.Contains("ops", StringComparison.Ordinal);
                },
                iter: 300
            );
    }

    [Fact]
    public void A_secret_becomes_a_reference_and_a_reference_stays_one()
    {
        var export = ProfileExport.Export(
            [
                Entry(
                    ("url", new RawValue.Text("mqtt://h")),
                    ("auth.password", new RawValue.Text("pw")),
                    ("auth.username", new RawValue.Text("${env:ME}"))
                ),
            ],
            Transports.All
        );

        Assert.Contains("auth.password = \"${env:PLANT_A_AUTH_PASSWORD}\"", export.Toml, StringComparison.Ordinal);
        Assert.Contains("auth.username = \"${env:ME}\"", export.Toml, StringComparison.Ordinal);
        Assert.Contains("PLANT_A_AUTH_PASSWORD", Assert.Single(export.LeftOut), StringComparison.Ordinal);
        Assert.StartsWith("# ", export.Toml, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SharedAccessKeyName=listen;SharedAccessKey=", ";EntityPath=telemetry")]
    [InlineData("SharedAccessKeyName=listen;sharedaccesskey=", "")]
    [InlineData(
        "SharedAccessSignature=SharedAccessSignature sr=sb%3a%2f%2fns&sig=",
        "&se=9&skn=listen;EntityPath=telemetry"
    )]
    public void Of_a_connection_string_only_the_key_is_taken_out(string before, string after)
    {
        Gen.String[Gen.Char["abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/="], 12, 44]
            .Sample(
                key =>
                {
                    var whole = Exported($"Endpoint=sb://ns.servicebus.windows.net/;{before}{key}{after}");
                    return !whole.Contains(key, StringComparison.Ordinal)
                        && whole.Contains("Endpoint=sb://ns.servicebus.windows.net/;", StringComparison.Ordinal)
                        && whole.Contains("{env:PLANT_A_EVENTHUBS_CONNECTION_STRING_KEY}", StringComparison.Ordinal)
                        && whole.Contains("EntityPath=telemetry", StringComparison.Ordinal)
                            == after.Contains("telemetry", StringComparison.Ordinal);
                },
                iter: 100
            );
    }

    [Theory]
    [InlineData("Endpoint=sb://ns/;SharedAccessKeyName=a;SharedAccessKey=first;hidden")]
    [InlineData("Endpoint=sb://ns/;SharedAccessKey =hidden")]
    [InlineData("Endpoint=sb://ns/;SharedAccesKey=hidden")]
    [InlineData("hidden")]
    public void A_connection_string_that_is_none_is_taken_out_whole(string text)
    {
        var whole = Exported(text);

        Assert.DoesNotContain("hidden", whole, StringComparison.Ordinal);
        Assert.Contains("\"${env:PLANT_A_EVENTHUBS_CONNECTION_STRING}\"", whole, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reference_inside_a_connection_string_stays()
    {
        var text = "Endpoint=sb://ns/;SharedAccessKeyName=a;SharedAccessKey=${env:HUB_KEY}";

        Assert.Contains($"\"{text}\"", Exported(text), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_exported_imports_and_says_what_it_needs()
    {
        var export = ProfileExport.Export(
            [
                Entry(
                    ("url", new RawValue.Text("mqtt://h")),
                    ("auth.username", new RawValue.Text("me")),
                    ("auth.password", new RawValue.Text("pw"))
                ),
            ],
            Transports.All
        );

        var plan = ProfileImport.Read(export.Toml, Transports.All, ["Plant A"]);

        Assert.Empty(plan.Problems);
        Assert.Equal("Plant A 2", Assert.Single(plan.Profiles).Name);
        Assert.Contains("PLANT_A_AUTH_PASSWORD", Assert.Single(plan.Missing), StringComparison.Ordinal);
        Assert.Empty(plan.NeedsConfirmation);
    }

    [Fact]
    public void An_import_runs_nothing_and_names_what_could_run()
    {
        var mark = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));
        var plan = ProfileImport.Read(
            $"[profiles.X]\nprotocol = \"mqtt\"\nurl = \"mqtt://h\"\nauto_connect = true\nauth.username = \"me\"\nauth.password = \"${{command:touch {mark}}}\"\n",
            Transports.All,
            []
        );

        Assert.False(File.Exists(mark));
        Assert.Equal(2, plan.NeedsConfirmation.Count);
        Assert.Contains(plan.NeedsConfirmation, sentence => sentence.Contains("touch", StringComparison.Ordinal));
    }

    private static string Exported(string connectionString)
    {
        var values = new Dictionary<string, RawValue>(StringComparer.Ordinal)
        {
            ["eventhubs.connection_string"] = new RawValue.Text(connectionString),
        };
        var entry = new ProfileEntry(new RawProfile("Plant A", "eventhubs", values), 1, []);
        var export = ProfileExport.Export([entry], Transports.All);
        return export.Toml + string.Concat(export.LeftOut);
    }

    private static ProfileEntry Entry(params (string Key, RawValue Value)[] values) =>
        new(
            new RawProfile(
                "Plant A",
                "mqtt",
                values.ToDictionary(item => item.Key, item => item.Value, StringComparer.Ordinal)
            ),
            1,
            []
        );
}
