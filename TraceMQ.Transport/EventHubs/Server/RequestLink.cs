using Amqp;
using Amqp.Framing;
using AmqpMessage = Amqp.Message;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>A client sends requests to <c>$cbs</c> or <c>$management</c>; the answers go over its <see cref="ReplyLink"/>.</summary>
internal sealed class RequestLink : IncomingLink
{
    private const uint RequestCredit = 100;

    private readonly Func<HubClient, AmqpMessage, AmqpMessage> _answer;

    /// <param name="session">Its session.</param>
    /// <param name="attach">What the client asks for.</param>
    /// <param name="path">The node.</param>
    /// <param name="answer">Answers a request.</param>
    public RequestLink(HubSession session, Attach attach, string path, Func<HubClient, AmqpMessage, AmqpMessage> answer)
        : base(session, attach, path, RequestCredit) => _answer = answer;

    public override bool NeedsClaim => false;

    public override string Purpose => $"asks {Path}";

    /// <summary>Answers a request.</summary>
    public void Answer(AmqpMessage request)
    {
        var answer = _answer(Session.Client, request);
        answer.Properties ??= new Properties();
        if ((request.Properties?.GetMessageId() ?? request.Properties?.GetCorrelationId()) is { } id)
            answer.Properties.SetCorrelationId(id);
        if (Session.Client.FindReplyLink(this, request.Properties?.ReplyTo) is { } link)
            link.Send(answer);
    }
}
