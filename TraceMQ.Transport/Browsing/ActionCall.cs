using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Browsing;

/// <summary>An action with its values.</summary>
/// <param name="Action">Which.</param>
/// <param name="Values">Values of its settings.</param>
public sealed record ActionCall(SessionAction Action, SettingValues Values);
