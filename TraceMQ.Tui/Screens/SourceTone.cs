using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Screens;

/// <summary>The colour of a connection's name, as its profile's <c>color</c> has it.</summary>
internal static class SourceTone
{
    /// <summary>The tone of a connection; the one of all sources where it is not known.</summary>
    public static Tone Of(Connection? connection) => connection is null ? Tone.Source : Of(connection.Profile);

    /// <summary>The tone of a profile.</summary>
    public static Tone Of(RawProfile profile) =>
        (profile.Values.GetValueOrDefault(CommonSettings.Color.Key) as RawValue.Text)?.Value switch
        {
            "red" => Tone.Error,
            "orange" => Tone.Number,
            "yellow" => Tone.Warning,
            "green" => Tone.Good,
            "cyan" => Tone.Topic,
            "blue" => Tone.Accent,
            _ => Tone.Source,
        };
}
