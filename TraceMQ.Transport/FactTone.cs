namespace TraceMQ.Transport;

/// <summary>How much a fact matters. Its words say so too: a tone is never all there is.</summary>
public enum FactTone
{
    /// <summary>Good to know.</summary>
    Normal,

    /// <summary>Something to take care of soon: a certificate that expires.</summary>
    Warning,

    /// <summary>Dangerous as long as the connection lives: a certificate that nobody checked. The label is shown as a mark on the connection.</summary>
    Alarm,
}
