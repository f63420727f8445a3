namespace TraceMQ.Transport.Settings;

/// <summary>Whether a profile connects or listens.</summary>
public enum ProfileMode
{
    /// <summary>Connects to a peer.</summary>
    Client,

    /// <summary>Listens for peers.</summary>
    Server,
}
