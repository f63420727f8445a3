using TraceMQ.Tui.Core;

namespace TraceMQ.Tests.Doubles;

/// <summary>A terminal that notes what it is told, and whose editor does as the test says.</summary>
internal sealed class FakeTerminal : ITerminalActions
{
    public List<string> Done { get; } = [];

    public Func<string, string> OnEdit { get; set; } = text => text;

    public Task<string> CopyAsync(string text, CancellationToken cancellationToken)
    {
        lock (Done)
            Done.Add("copy " + text);
        return Task.FromResult("copied");
    }

    public Task<string> EditAsync(string text, string extension, CancellationToken cancellationToken)
    {
        lock (Done)
            Done.Add("edit " + extension);
        return Task.FromResult(OnEdit(text));
    }

    public void Suspend() => Note("suspend");

    public void Redraw() => Note("redraw");

    public void SetMouse(bool isOn) => Note(isOn ? "mouse on" : "mouse off");

    public void Stop() => Note("stop");

    private void Note(string what)
    {
        lock (Done)
            Done.Add(what);
    }
}
