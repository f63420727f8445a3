using TraceMQ.Tests.Doubles;
using TraceMQ.Tests.Screens;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Browse;
using TraceMQ.Tui.Screens.Confirm;
using TraceMQ.Tui.Screens.ProfileForm;

namespace TraceMQ.Tests.Core;

public sealed class LeavingTests
{
    private readonly Desk _desk = new(Fakes.Profiles);

    [Fact]
    public void Quit_closes_what_is_open_and_quits_at_the_root()
    {
        _desk.Do("help");
        _desk.Do("quit");
        Assert.Null(_desk.State.Top);
        Assert.DoesNotContain(_desk.Effects, effect => effect is Effect.Quit);
        _desk.Do("quit");
        _desk.Only<Effect.Quit>();
    }

    [Fact]
    public void Back_leaves_zoom_then_the_pane()
    {
        _desk.Do("topics");
        _desk.Do("zoom");
        _desk.Do("back");
        Assert.False(_desk.State.Layout.IsZoomed);
        Assert.Equal(PaneName.Topics, _desk.State.Layout.Focus);
        _desk.Do("back");
        Assert.Equal(PaneName.Messages, _desk.State.Layout.Focus);
    }

    [Fact]
    public void Interrupting_twice_within_two_seconds_quits_and_later_does_not()
    {
        _desk.Do("interrupt");
        _desk.Pass(3);
        _desk.Do("interrupt");
        Assert.DoesNotContain(_desk.Effects, effect => effect is Effect.Quit);
        _desk.Pass(1);
        _desk.Do("interrupt");
        _desk.Only<Effect.Quit>();
    }

    [Fact]
    public void Interrupting_a_listing_ends_it()
    {
        _desk.Connect("one");
        _desk.Do("browse");
        var generation = _desk.State.Find<BrowseState>()!.Generation;
        _desk.Do("interrupt");
        Assert.Null(_desk.State.Top);
        Assert.Contains(new Effect.EndReading(generation), _desk.Effects);
    }

    [Fact]
    public void Work_that_would_be_lost_is_asked_about()
    {
        _desk.Do("new-profile");
        _desk.Paint();
        _desk.Type("mine");
        _desk.Press("Esc");
        Assert.IsType<DiscardState>(_desk.State.Top);
        _desk.Press("Esc");
        Assert.Equal("mine", Assert.IsType<ProfileFormState>(_desk.State.Top).TextOf("name"));
        _desk.Press("Esc", "Ctrl+G");
        Assert.Null(_desk.State.Top);
    }

    [Fact]
    public void An_untouched_form_closes_without_a_question()
    {
        _desk.Do("new-profile");
        _desk.Press("Esc");
        Assert.Null(_desk.State.Top);
    }

    [Fact]
    public void Suspending_names_the_connections_that_answer_nobody()
    {
        _desk.Connect("one");
        _desk.Do("suspend");
        _desk.Only<Effect.Suspend>();
        Assert.Contains("one", _desk.Said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pane_key_goes_there_and_again_hides_it()
    {
        _desk.Do("topics");
        Assert.Equal(PaneName.Topics, _desk.State.Layout.Focus);
        _desk.Do("topics");
        Assert.True(_desk.State.Layout.IsTopicsHidden);
        Assert.Equal(PaneName.Messages, _desk.State.Layout.Focus);
        _desk.Do("next-pane");
        _desk.Do("next-pane");
        _desk.Do("next-pane");
        Assert.Equal(PaneName.Messages, _desk.State.Layout.Focus);
        _desk.Do("topics");
        Assert.False(_desk.State.Layout.IsTopicsHidden);
    }

    [Fact]
    public void The_mouse_is_switched_and_it_is_said()
    {
        _desk.Do("mouse");
        Assert.False(_desk.Only<Effect.SetMouse>().IsOn);
        _desk.Do("mouse");
        Assert.True(_desk.Only<Effect.SetMouse>().IsOn);
    }
}
