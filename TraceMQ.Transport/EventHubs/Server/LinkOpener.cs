using Amqp.Framing;
using Amqp.Types;
using TraceMQ.Transport.EventHubs.Server.Protocol;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>Finds out what a client wants of a link, and lets it have it or says why not, in Event Hubs' terms.</summary>
internal sealed class LinkOpener
{
    private const string Groups = "ConsumerGroups";
    private const string Partitions = "Partitions";

    private readonly LocalHub _hub;
    private readonly CbsNode _cbs;
    private readonly ManagementNode _management;

    public LinkOpener(LocalHub hub, HubGate gate)
    {
        _hub = hub;
        _cbs = new CbsNode(gate);
        _management = new ManagementNode(hub);
    }

    /// <summary>Answers an attach.</summary>
    /// <returns>The link; a refused one where it was refused.</returns>
    public HubLink Open(HubSession session, Attach attach)
    {
        var address = attach.Role ? (attach.Source as Source)?.Address : (attach.Target as Target)?.Address;
        var path = PathOf(address ?? "");
        try
        {
            if (session.Client.LinkCount >= session.Client.Limits.MaximumLinks)
                throw new AmqpViolationException(
                    HubVocabulary.ResourceLimitExceeded,
                    $"has {session.Client.Limits.MaximumLinks} links, which are all that a connection may have"
                );
            var link = attach.Role ? OpenOutgoing(session, attach, path) : OpenIncoming(session, attach, path);
            if (link is ConsumerLink consumer && _hub.Readers.Admit(consumer) is { } refusal)
                return Refuse(session, attach, path, refusal);
            session.Write(Agreement(session, attach, link));
            return link;
        }
        catch (AmqpViolationException problem)
        {
            return Refuse(session, attach, path, problem.ToError());
        }
    }

    private static Attach Agreement(HubSession session, Attach attach, HubLink link)
    {
        var agreement = new Attach
        {
            LinkName = attach.LinkName,
            Handle = attach.Handle,
            Role = !attach.Role,
            SndSettleMode = attach.HasField(3) ? attach.SndSettleMode : SenderSettleMode.Mixed,
            RcvSettleMode = ReceiverSettleMode.First,
            Source = attach.Source,
            Target = attach.Target,
            MaxMessageSize = (ulong)session.Client.Limits.MaximumMessage,
        };
        if (attach.Role)
            agreement.InitialDeliveryCount = 0;
        if (link is ConsumerLink { WantsMetric: true })
            agreement.OfferedCapabilities = [new Symbol(HubVocabulary.RuntimeMetric)];
        return agreement;
    }

    /// <summary>An attach without source and target, and a detach that says why (part 2, 2.6.3).</summary>
    private static RefusedLink Refuse(HubSession session, Attach attach, string path, Error error)
    {
        var agreement = new Attach
        {
            LinkName = attach.LinkName,
            Handle = attach.Handle,
            Role = !attach.Role,
        };
        if (attach.Role)
            agreement.InitialDeliveryCount = 0;
        session.Write(agreement);
        var refused = new RefusedLink(session, attach, path);
        refused.Detach(error.Condition, error.Description);
        session.Client.Refused(path, error);
        return refused;
    }

    private HubLink OpenOutgoing(HubSession session, Attach attach, string path)
    {
        if (IsNode(path, HubVocabulary.CbsNode))
            return new ReplyLink(session, attach, HubVocabulary.CbsNode);
        if (IsNode(path, HubVocabulary.ManagementNode))
            return new ReplyLink(session, attach, HubVocabulary.ManagementNode);
        Authorize(session, path, "Listen");
        var parts = path.Split('/');
        if (!IsHub(parts[0]))
            throw NotFound(path);
        if (
            parts.Length != 5
            || !parts[1].Equals(Groups, StringComparison.OrdinalIgnoreCase)
            || !parts[3].Equals(Partitions, StringComparison.OrdinalIgnoreCase)
        )
            throw NotFound(path);
        if (!_hub.HasConsumerGroup(parts[2]))
            throw NotFound($"{parts[0]}/{Groups}/{parts[2]}");
        var position = PositionOf((attach.Source as Source)?.FilterSet);
        return new ConsumerLink(session, attach, path, PartitionOf(parts[4]), position, _hub.Readers);
    }

    private HubLink OpenIncoming(HubSession session, Attach attach, string path)
    {
        if (IsNode(path, HubVocabulary.CbsNode))
            return new RequestLink(session, attach, HubVocabulary.CbsNode, _cbs.Answer);
        if (IsNode(path, HubVocabulary.ManagementNode))
            return new RequestLink(session, attach, HubVocabulary.ManagementNode, _management.Answer);
        Authorize(session, path, "Send");
        var parts = path.Split('/');
        if (!IsHub(parts[0]))
            throw NotFound(path);
        if (parts.Length == 1)
            return new ProducerLink(session, attach, path, partition: null);
        return parts.Length == 3 && parts[1].Equals(Partitions, StringComparison.OrdinalIgnoreCase)
            ? new ProducerLink(session, attach, path, PartitionOf(parts[2]))
            : throw NotFound(path);
    }

    private static void Authorize(HubSession session, string path, string claim)
    {
        if (!session.Client.Claims.Allows(path, session.Client.Time.GetUtcNow()))
            throw new AmqpViolationException(
                HubVocabulary.UnauthorizedAccess,
                $"has unauthorized access: '{claim}' claim(s) are required to perform this operation. Resource: '{path}'; put a valid token for it to {HubVocabulary.CbsNode} first"
            );
    }

    /// <summary>The path of an address, which may be a whole URL.</summary>
    private static string PathOf(string address) => (HubClaims.PathOf(address) ?? address).Trim('/');

    private bool IsNode(string path, string node) =>
        path.Equals(node, StringComparison.OrdinalIgnoreCase)
        || path.Equals($"{_hub.Name}/{node}", StringComparison.OrdinalIgnoreCase);

    private bool IsHub(string name) => name.Equals(_hub.Name, StringComparison.OrdinalIgnoreCase);

    private HubPartition PartitionOf(string id) =>
        _hub.FindPartition(id)
        ?? throw new AmqpViolationException(HubVocabulary.ArgumentOutOfRange, _hub.NoPartition(id));

    private static AmqpViolationException NotFound(string path) =>
        new(HubVocabulary.NotFound, $"asked for the messaging entity '{path}', which could not be found");

    private static EventPosition PositionOf(Map? filters)
    {
        if (filters is null)
            return EventPosition.Earliest;
        foreach (var filter in filters.Values.OfType<DescribedValue>())
        {
            var isSelector = filter.Descriptor switch
            {
                ulong code => code == HubVocabulary.SelectorDescriptor,
                Symbol name => HubVocabulary.SelectorFilter.Equals(name, StringComparison.Ordinal),
                _ => false,
            };
            if (isSelector && filter.Value is string selector)
                return EventPosition.Parse(selector);
        }

        return EventPosition.Earliest;
    }
}
