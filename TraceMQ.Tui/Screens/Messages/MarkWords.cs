using TraceMQ.Transport;

namespace TraceMQ.Tui.Screens.Messages;

/// <summary>What a history mark says.</summary>
internal static class MarkWords
{
    /// <summary>In the list.</summary>
    public static string Short(HistoryMark mark) =>
        mark switch
        {
            HistoryMark.CaughtUp => "end of history, live from here",
            HistoryMark.Finished => "the end that was asked for",
            _ => "ended by itself, nothing more comes",
        };

    /// <summary>What it means, where it is opened.</summary>
    public static string Long(HistoryMark mark) =>
        mark switch
        {
            HistoryMark.CaughtUp =>
                "No message: here the history ends. All that was stored when this subscription began stands above; what comes after this row is live.",
            HistoryMark.Finished =>
                "No message: here the end that was asked for is reached. Nothing more comes on this subscription; subscribe again for what is stored since.",
            _ =>
                "No message: here the subscription ended by itself, and nothing more comes on it. The connection goes on; its card (i) says why it ended.",
        };
}
