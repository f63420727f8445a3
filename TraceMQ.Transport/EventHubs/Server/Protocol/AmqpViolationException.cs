using Amqp.Framing;

namespace TraceMQ.Transport.EventHubs.Server.Protocol;

/// <summary>A client broke the rules of AMQP 1.0 in a way that ends its connection; the others are not concerned.</summary>
internal sealed class AmqpViolationException : Exception
{
    /// <param name="condition">The error of AMQP 1.0 (part 2, 2.8.14 to 2.8.16).</param>
    /// <param name="message">What the client did, for itself and for the notice: a half sentence that follows "it".</param>
    public AmqpViolationException(string condition, string message)
        : base(message) => Condition = condition;

    /// <summary>The error of AMQP 1.0.</summary>
    public string Condition { get; }

    /// <summary>As the client is told.</summary>
    public Error ToError() => new(Condition) { Description = $"The client {Message}." };

    /// <summary>Bytes that are no value of AMQP.</summary>
    public static AmqpViolationException Undecodable(string what) => new(AmqpConditions.DecodeError, what);

    /// <summary>A frame that is none, or that may not come now.</summary>
    public static AmqpViolationException Framing(string what) => new(AmqpConditions.FramingError, what);
}
