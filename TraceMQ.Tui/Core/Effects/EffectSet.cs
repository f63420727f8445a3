namespace TraceMQ.Tui.Core.Effects;

/// <summary>Those who do the effects, each for its part.</summary>
internal sealed record EffectSet(
    ConnectionEffects Connections,
    ScreenPrompts Prompts,
    BrowseEffects Browsing,
    SearchEffects Searches,
    MessageEffects Messages,
    ProfileEffects Profiles,
    FileEffects Files,
    ITerminalActions Terminal
);
