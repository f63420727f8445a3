namespace TraceMQ.Tui.Profiles;

/// <summary>What an import would do; nothing is done yet.</summary>
/// <param name="Profiles">The profiles, under names that are free.</param>
/// <param name="Problems">What is wrong; nothing is imported then.</param>
/// <param name="NeedsConfirmation">What could run by itself, a sentence each.</param>
/// <param name="Missing">What is needed before they connect, a sentence each.</param>
internal sealed record ImportPlan(
    IReadOnlyList<ProfileEntry> Profiles,
    IReadOnlyList<ProfileProblem> Problems,
    IReadOnlyList<string> NeedsConfirmation,
    IReadOnlyList<string> Missing
);
