using Amqp.Framing;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>A link of a client (AMQP 1.0, part 2, 2.6). All of it is used under the client's lock.</summary>
internal abstract class HubLink
{
    protected HubLink(HubSession session, Attach attach, string path)
    {
        Session = session;
        Handle = attach.Handle;
        Name = attach.LinkName;
        Path = path;
        Since = session.Client.Time.GetTimestamp();
    }

    public HubSession Session { get; }

    /// <summary>The client's number of it, and ours.</summary>
    public uint Handle { get; }

    /// <summary>Its name; untrusted.</summary>
    public string Name { get; }

    /// <summary>What it touches: <c>hub/ConsumerGroups/$Default/Partitions/0</c>.</summary>
    public string Path { get; }

    /// <summary>When it was attached, as the clock's timestamp.</summary>
    public long Since { get; }

    /// <summary>True where a claim of <see cref="Path"/> is needed.</summary>
    public virtual bool NeedsClaim => true;

    /// <summary>True where we have ended it and the client has not said goodbye yet.</summary>
    public bool IsDetached { get; private set; }

    /// <summary>What it is, for a person: <c>sends to the hub</c>.</summary>
    public abstract string Purpose { get; }

    /// <summary>Messages that went over it.</summary>
    public long Count { get; protected set; }

    /// <summary>Ends it, and says why.</summary>
    public void Detach(string condition, string description)
    {
        if (IsDetached)
            return;
        Session.Write(
            new Detach
            {
                Handle = Handle,
                Closed = true,
                Error = new Error(condition) { Description = description },
            }
        );
        Release();
    }

    /// <summary>It is over, whoever ended it.</summary>
    public void Release()
    {
        if (IsDetached)
            return;
        IsDetached = true;
        OnReleased();
    }

    /// <summary>The client's word on credit (part 2, 2.6.7).</summary>
    public abstract void OnFlow(Flow flow);

    protected virtual void OnReleased() { }
}
