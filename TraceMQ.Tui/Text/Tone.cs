namespace TraceMQ.Tui.Text;

/// <summary>What a piece of text means. A theme gives each meaning its colour and style; nothing else in the program names a colour.</summary>
internal enum Tone
{
    /// <summary>Plain text.</summary>
    Normal,

    /// <summary>Secondary, but readable: labels, times, units, borders' counts.</summary>
    Dim,

    /// <summary>Emphasised: titles of the focused pane, names.</summary>
    Bright,

    /// <summary>The accent: keys in the footer, the focused border, links.</summary>
    Accent,

    /// <summary>A topic, subject or path.</summary>
    Topic,

    /// <summary>The name of the connection that a message came from.</summary>
    Source,

    /// <summary>An arrow of a received message.</summary>
    Incoming,

    /// <summary>An arrow of a sent message.</summary>
    Outgoing,

    /// <summary>A number, also inside a payload.</summary>
    Number,

    /// <summary>A string inside a payload.</summary>
    String,

    /// <summary>A member's name inside a payload.</summary>
    Key,

    /// <summary>true, false, null inside a payload.</summary>
    Literal,

    /// <summary>Good: connected, accepted, a valid filter.</summary>
    Good,

    /// <summary>Attention: connecting, paused, dropped.</summary>
    Warning,

    /// <summary>Bad: refused, lost, invalid.</summary>
    Error,

    /// <summary>A found text.</summary>
    Match,

    /// <summary>The mark of a production system.</summary>
    Danger,
}
