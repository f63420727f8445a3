using TraceMQ.Transport;

namespace TraceMQ.Tui.Screens.Publish;

/// <summary>What came of a request.</summary>
internal abstract record RequestOutcome
{
    /// <summary>A response.</summary>
    /// <param name="Number">Counted from 1.</param>
    /// <param name="Message">What came; it is in the list too.</param>
    internal sealed record Response(int Number, Message Message) : RequestOutcome;

    /// <summary>No response.</summary>
    /// <param name="Sentence">Why.</param>
    internal sealed record Failed(string Sentence) : RequestOutcome;
}
