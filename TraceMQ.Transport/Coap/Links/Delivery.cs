namespace TraceMQ.Transport.Coap.Links;

/// <summary>What became of a message that was sent.</summary>
internal enum DeliveryOutcome
{
    /// <summary>It went out; nobody says whether it came.</summary>
    Sent,

    /// <summary>The peer has it.</summary>
    Acknowledged,

    /// <summary>The peer does not want it.</summary>
    Reset,

    /// <summary>It was repeated as often as it may, and nothing came back.</summary>
    Unanswered,
}

/// <summary>What became of a message, and what it took.</summary>
/// <param name="Outcome">What.</param>
/// <param name="Tries">How often it was sent.</param>
internal readonly record struct Delivery(DeliveryOutcome Outcome, int Tries);

/// <summary>What the sender of a message wants to know.</summary>
/// <param name="Exchange">What the packets belong to.</param>
/// <param name="Numbered">Told the message's id before it goes out; never over streams.</param>
internal readonly record struct SendOptions(ExchangeId? Exchange = null, Action<ushort>? Numbered = null);
