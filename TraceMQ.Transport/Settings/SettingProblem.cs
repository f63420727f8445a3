namespace TraceMQ.Transport.Settings;

/// <summary>What is wrong with one setting.</summary>
/// <param name="Key">Its dotted key.</param>
/// <param name="Sentence">What is wrong and what would be right; never the value of a secret.</param>
public sealed record SettingProblem(string Key, string Sentence);
