namespace TraceMQ.Tui.Commands;

/// <summary>Where a command is at hand.</summary>
[Flags]
internal enum Scopes
{
    /// <summary>Nowhere.</summary>
    None = 0,

    /// <summary>In the profile pane.</summary>
    Profiles = 1,

    /// <summary>In the topic pane.</summary>
    Topics = 2,

    /// <summary>In the message list.</summary>
    Messages = 4,

    /// <summary>In the inspector.</summary>
    Inspector = 8,

    /// <summary>In every pane of the main screen.</summary>
    Main = Profiles | Topics | Messages | Inspector,

    /// <summary>In the dialogs that are filled in.</summary>
    Dialog = 16,

    /// <summary>In overlays that are lists or texts to read: help, palette, menus, cards.</summary>
    Reading = 32,

    /// <summary>In the Browse screen.</summary>
    Browse = 64,

    /// <summary>In the Wire screen.</summary>
    Wire = 128,

    /// <summary>After <c>y</c>: what to copy.</summary>
    Copy = 256,

    /// <summary>In every screen, dialogs included.</summary>
    Everywhere = Main | Dialog | Reading | Browse | Wire | Copy,
}
