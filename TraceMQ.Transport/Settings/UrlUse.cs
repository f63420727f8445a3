namespace TraceMQ.Transport.Settings;

/// <summary>Whether a profile has a <c>url</c>.</summary>
public enum UrlUse
{
    /// <summary>It is an error: the protocol chooses its own address.</summary>
    None,

    /// <summary>Another setting can say it.</summary>
    Optional,

    /// <summary>Nothing works without one.</summary>
    Required,
}
