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
