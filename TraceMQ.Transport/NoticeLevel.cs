namespace TraceMQ.Transport;

/// <summary>How loud a notice is.</summary>
public enum NoticeLevel
{
    /// <summary>Good to know.</summary>
    Information,

    /// <summary>Something is lost, refused or slowed down.</summary>
    Warning,
}
