namespace TraceMQ.Tui.Core;

/// <summary>What only the thread of the terminal can do, for effects.</summary>
internal interface ITerminalActions
{
    /// <summary>Copies a text to the clipboard, or to a file where there is none; says which it was.</summary>
    Task<string> CopyAsync(string text, CancellationToken cancellationToken);

    /// <summary>Gives the terminal to the user's editor and takes it back.</summary>
    /// <param name="text">What to edit.</param>
    /// <param name="extension">Of the temporary file: <c>.json</c>.</param>
    /// <param name="cancellationToken">Gives up before the editor starts.</param>
    /// <returns>The edited text.</returns>
    /// <exception cref="InvalidOperationException">No editor, or it failed; the message is a sentence.</exception>
    Task<string> EditAsync(string text, string extension, CancellationToken cancellationToken);

    /// <summary>Stops until the shell's <c>fg</c>.</summary>
    void Suspend();

    /// <summary>Paints every cell again.</summary>
    void Redraw();

    /// <summary>Switches mouse reports on or off.</summary>
    void SetMouse(bool isOn);

    /// <summary>Ends the program.</summary>
    void Stop();
}
