using System.Globalization;
using TraceMQ.Transport;
using TraceMQ.Tui.Core;

namespace TraceMQ.Tui.Screens.Publish;

/// <summary>What the peer answered to a message: shown in the dialog while it is open, and in the status line.</summary>
internal sealed record PublishAnswered(long Ticket, string Topic, PublishResult Result, DateTimeOffset At) : ScreenEvent
{
    /// <inheritdoc/>
    public override Transition Apply(AppState state)
    {
        var level = Result.IsAccepted ? StatusLevel.Good : StatusLevel.Error;
        if (state.Find<PublishState>() is not { } form)
            return state.Tell(level, $"{Topic}: {Result.Text}");
        if (form.Ticket != Ticket)
            return state;
        var time = At.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        var elapsed = Result.IsAccepted
            ? $" in {Result.Elapsed.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture)} ms"
            : "";
        return state.Replace((PublishState)form.Answered(level, $"{time} {Result.Text}{elapsed}"));
    }
}
