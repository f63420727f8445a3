using Terminal.Gui.App;
using Terminal.Gui.Configuration;
using Terminal.Gui.Drivers;

namespace TraceMQ.Tui.Terminal;

/// <summary>Starts and ends Terminal.Gui, and keeps its own ideas out: key bindings, and configuration files of the folder one happens to be in.</summary>
internal sealed class TerminalApp : IDisposable
{
    private const string MotionOff = "\u001b[?1003l\u001b[?1000h\u001b[?1006h";
    private const string MouseOff = "\u001b[?1003l\u001b[?1002l\u001b[?1000l\u001b[?1006l";

    public TerminalApp(TerminalSetup setup)
    {
        ForgetConfiguration();
        App = Application.Create();
        App.Init(DriverRegistry.Names.ANSI);
        if (setup.IsSixteen)
            App.Driver!.Force16Colors = true;
        // Its bindings end the application with Esc, move focus with Tab and more: every key is ours.
        App.Keyboard.KeyBindings.Clear();
    }

    /// <summary>Terminal.Gui's application.</summary>
    public IApplication App { get; }

    /// <summary>Columns of the terminal.</summary>
    public int Width => App.Screen.Width;

    /// <summary>Rows of the terminal.</summary>
    public int Height => App.Screen.Height;

    /// <summary>Clicks and the wheel without reports of every motion, or nothing. To be said again after the terminal was given away.</summary>
    public void SetMouse(bool isOn) => App.Driver?.WriteRaw(isOn ? MotionOff : MouseOff);

    /// <summary>Writes an escape sequence.</summary>
    public void WriteRaw(string sequence) => App.Driver?.WriteRaw(sequence);

    /// <summary>Paints every cell again at the next draw.</summary>
    public void Redraw()
    {
        App.Driver?.GetOutputBuffer().ClearContents();
        App.LayoutAndDraw(forceRedraw: true);
    }

    /// <inheritdoc/>
    public void Dispose() => App.Dispose();

    // A module initialiser has read ~/.tui and ./.tui already: a hostile folder could choose the driver and switch the mouse off. Its keys
    // and colours reach nothing, as every key is taken before its bindings and every cell has a colour of ours.
    private static void ForgetConfiguration()
    {
        ApplicationSettings.Defaults = new ApplicationSettings();
        DriverSettings.Defaults = new DriverSettings();
    }
}
