namespace TraceMQ.Transport;

/// <summary>Which way a message went, seen from here.</summary>
public enum Direction
{
    /// <summary>The peer sent it.</summary>
    In,

    /// <summary>We sent it.</summary>
    Out,
}
