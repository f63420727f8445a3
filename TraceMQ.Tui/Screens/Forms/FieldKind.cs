namespace TraceMQ.Tui.Screens.Forms;

/// <summary>How a field is filled in.</summary>
internal enum FieldKind
{
    /// <summary>One line.</summary>
    Line,

    /// <summary>Several lines.</summary>
    Text,

    /// <summary>One line that is shown as dots.</summary>
    Secret,

    /// <summary>Yes or no.</summary>
    Flag,

    /// <summary>One of a few words.</summary>
    Choice,
}
