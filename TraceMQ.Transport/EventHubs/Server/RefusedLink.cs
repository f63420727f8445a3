using Amqp.Framing;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>A link that was refused, until the client has said goodbye to it.</summary>
internal sealed class RefusedLink : HubLink
{
    public RefusedLink(HubSession session, Attach attach, string path)
        : base(session, attach, path) { }

    public override bool NeedsClaim => false;

    public override string Purpose => "was refused";

    public override void OnFlow(Flow flow)
    {
        // It has no credit to give or to take.
    }
}
