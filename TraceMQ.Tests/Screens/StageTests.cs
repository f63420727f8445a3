using Terminal.Gui.App;
using Terminal.Gui.Drivers;
using Terminal.Gui.Testing;
using Terminal.Gui.Time;
using TraceMQ.Tui.Terminal;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tests.Screens;

/// <summary>Terminal.Gui keeps its settings in statics: these run alone.</summary>
[CollectionDefinition(nameof(AloneWithTerminalGui), DisableParallelization = true)]
public sealed class AloneWithTerminalGui;

[Collection(nameof(AloneWithTerminalGui))]
public sealed class StageTests : IDisposable
{
    private const string NoTerminal = "DisableRealDriverIO";

    private readonly IApplication _app;
    private readonly Stage _stage = new(Theme.Of(ThemeName.Dark));
    private readonly SessionToken _token;

    public StageTests()
    {
        // Programs that other tests start would inherit it and stay dark: it is set for as long as this test lasts.
        Environment.SetEnvironmentVariable(NoTerminal, "1");
        _app = Application.Create(new VirtualTimeProvider());
        _app.Init(DriverRegistry.Names.ANSI);
        _app.Driver!.SetScreenSize(40, 5);
        _token = _app.Begin(_stage)!;
    }

    public void Dispose()
    {
        _app.End(_token);
        _stage.Dispose();
        _app.Dispose();
        Environment.SetEnvironmentVariable(NoTerminal, null);
    }

    [Fact]
    public void A_picture_is_shown_as_it_was_painted()
    {
        Show("kiln 1", "工場 wide");
        var lines = _app.Driver!.ToString()!.ReplaceLineEndings("\n").Split('\n');
        Assert.StartsWith("kiln 1", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("工場 wide", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_picture_sends_nothing()
    {
        Show("kiln 1", "工場 wide");
        var sent = _stage.CellsSent;
        Assert.True(sent > 0);
        for (var i = 0; i < 5; i++)
            Show("kiln 1", "工場 wide");
        Assert.Equal(sent, _stage.CellsSent);
    }

    [Fact]
    public void Only_cells_that_changed_are_sent()
    {
        Show("kiln 1", "hall");
        var sent = _stage.CellsSent;
        Show("kiln 2", "hall");
        Assert.Equal(sent + 1, _stage.CellsSent);
    }

    [Fact]
    public void Clicks_and_the_wheel_come_with_their_cell()
    {
        Show("kiln 1");
        var seen = new List<MouseAction>();
        _stage.Moused += seen.Add;
        _app.InjectSequence(InputInjectionExtensions.LeftButtonClick(new(3, 2)));
        _app.InjectSequence(InputInjectionExtensions.RightButtonClick(new(4, 1)));
        Assert.Contains(new MouseAction(MouseKind.Click, 3, 2), seen);
        Assert.Contains(new MouseAction(MouseKind.RightClick, 4, 1), seen);
    }

    private void Show(params string[] lines)
    {
        var canvas = new Canvas(40, 5, Glyphs.Unicode);
        for (var y = 0; y < lines.Length; y++)
            canvas.Write(0, y, lines[y]);
        _stage.Show(canvas);
        _app.LayoutAndDraw();
    }
}
