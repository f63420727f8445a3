using TraceMQ.Transport.Coap.Links;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Coap;

/// <summary>The settings of simulated loss.</summary>
internal static class LossSettings
{
    public static Setting<long> Sending { get; } =
        Setting.Number("sending", "Percent of what we send that is thrown away.", 0, 0, 100);

    public static Setting<long> Receiving { get; } =
        Setting.Number("receiving", "Percent of what comes that is thrown away.", 0, 0, 100);

    public static string Words(SettingValues values) => Words(values.Get(Sending), values.Get(Receiving));

    /// <summary>In a column.</summary>
    public static Fact ColumnOf(LossRates loss) =>
        new("simulated loss", loss.IsOn ? $"{loss.Sending}% out, {loss.Receiving}% in" : "none");

    /// <summary>For the card, while it is on.</summary>
    public static Fact FactOf(LossRates loss) =>
        new(
            "simulated loss",
            $"{loss.Sending}% of what we send, {loss.Receiving}% of what comes; {loss.Lost:N0} lost so far"
        )
        {
            Tone = FactTone.Warning,
        };

    private static string Words(long sending, long receiving) =>
        sending == 0 && receiving == 0
            ? "loses nothing on purpose"
            : $"loses {sending}% of what we send and {receiving}% of what comes";
}
