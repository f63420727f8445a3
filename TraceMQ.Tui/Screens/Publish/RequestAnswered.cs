using System.Globalization;
using TraceMQ.Transport;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Screens.Publish;

/// <summary>Something came of a request: shown in the dialog while it is open, and in the status line.</summary>
internal sealed record RequestAnswered(long Ticket, string Topic, RequestOutcome Outcome, DateTimeOffset At)
    : ScreenEvent
{
    private const int PreviewLength = 120;

    /// <inheritdoc/>
    public override Transition Apply(AppState state)
    {
        var (level, text) = Outcome switch
        {
            RequestOutcome.Response response => (StatusLevel.Good, Words(response)),
            RequestOutcome.Failed failed => (StatusLevel.Error, failed.Sentence),
            _ => (StatusLevel.Error, ""),
        };
        if (state.Find<PublishState>() is not { } form)
            return state.Tell(level, $"{Topic}: {text}");
        if (form.Ticket != Ticket)
            return state;
        var time = At.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        return state.Replace((PublishState)form.Answered(level, $"{time} {text}"));
    }

    private static string Words(RequestOutcome.Response response)
    {
        var name = response.Number == 1 ? "reply" : $"reply {response.Number}";
        var elapsed = response.Message.Details.Find(IRequests.RoundTripKey) is { } time ? $" after {time} ms" : "";
        return $"{name}{elapsed}: {SafeText.Line(response.Message.Payload.Span, PreviewLength)}";
    }
}
