using Amqp.Framing;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>A client sends events to the hub, or to one of its partitions.</summary>
internal sealed class ProducerLink : IncomingLink
{
    /// <param name="session">Its session.</param>
    /// <param name="attach">What the client asks for.</param>
    /// <param name="path">The hub, or the partition.</param>
    /// <param name="partition">The partition; null: the key or the hub chooses.</param>
    public ProducerLink(HubSession session, Attach attach, string path, HubPartition? partition)
        : base(session, attach, path, session.Client.Limits.ProducerCredit) => Partition = partition;

    public HubPartition? Partition { get; }

    public override string Purpose => Partition is null ? "sends to the hub" : $"sends to partition {Partition.Id}";
}
