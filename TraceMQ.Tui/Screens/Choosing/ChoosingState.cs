using System.Collections.Immutable;
using TraceMQ.Tui.Commands;
using TraceMQ.Tui.Core;

namespace TraceMQ.Tui.Screens.Choosing;

/// <summary>A list of commands to choose from: the palette with its line to type into, and the context menus.</summary>
internal sealed record ChoosingState : Overlay
{
    /// <summary>At the left of the border.</summary>
    public required string Title { get; init; }

    /// <summary>Everything that can be chosen.</summary>
    public required ImmutableList<Choice> All { get; init; }

    /// <summary>True where typing narrows the list.</summary>
    public bool HasQuery { get; init; }

    /// <summary>What was typed.</summary>
    public string Query { get; init; } = "";

    /// <summary>The chosen row of <see cref="Shown"/>.</summary>
    public int Selected { get; init; }

    /// <summary>Where on the screen it opens; null for the middle.</summary>
    public (int X, int Y)? At { get; init; }

    /// <inheritdoc/>
    public override Scopes Scope => Scopes.Reading;

    /// <summary>The rows that match what was typed, the best first.</summary>
    public ImmutableList<Choice> Shown =>
        Query.Length == 0
            ? All
            :
            [
                .. All.Select(choice => (choice, score: Score(choice)))
                    .Where(item => item.score > 0)
                    .OrderByDescending(item => item.score)
                    .Select(item => item.choice),
            ];

    private int Score(Choice choice)
    {
        var word = Query.Trim();
        if (choice.Command.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            return 4;
        if (choice.Command.Contains(word, StringComparison.OrdinalIgnoreCase))
            return 3;
        if (choice.Note.Contains(word, StringComparison.OrdinalIgnoreCase))
            return 2;
        return IsSubsequence(word, choice.Command) ? 1 : 0;
    }

    private static bool IsSubsequence(string word, string text)
    {
        var at = 0;
        foreach (var character in text)
        {
            if (at < word.Length && char.ToLowerInvariant(character) == char.ToLowerInvariant(word[at]))
                at++;
        }

        return at == word.Length;
    }
}
