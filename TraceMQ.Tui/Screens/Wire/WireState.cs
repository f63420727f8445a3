using System.Collections.Immutable;
using TraceMQ.Transport;
using TraceMQ.Transport.Wire;
using TraceMQ.Tui.Commands;
using TraceMQ.Tui.Core;

namespace TraceMQ.Tui.Screens.Wire;

/// <summary>The Wire screen: packets while it is looked at.</summary>
internal sealed record WireState : Overlay
{
    /// <summary>Most packets that are kept; the oldest leave first and are counted.</summary>
    public const int Capacity = 2_000;

    /// <summary>The connection.</summary>
    public required int Source { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Only the packets of this exchange; null: all.</summary>
    public ExchangeId? Only { get; init; }

    /// <summary>Of the recording.</summary>
    public required long Generation { get; init; }

    /// <summary>The packets, oldest first, with their numbers from 1.</summary>
    public ImmutableQueue<(long Number, WireRecord Record)> Packets { get; init; } = [];

    /// <summary>How many there are.</summary>
    public int Count { get; init; }

    /// <summary>How many came.</summary>
    public long Total { get; init; }

    /// <summary>The selected packet's number; 0 to follow the newest.</summary>
    public long Selected { get; init; }

    /// <summary>The recording ended with its session.</summary>
    public bool IsOver { get; init; }

    /// <inheritdoc/>
    public override Scopes Scope => Scopes.Wire;

    /// <inheritdoc/>
    public override bool IsFullScreen => true;

    /// <inheritdoc/>
    public override IEnumerable<Effect> Ending => [new Effect.EndReading(Generation)];
}

/// <summary>Packets were seen.</summary>
internal sealed record WireSeen(long Generation, IReadOnlyList<WireRecord> Records) : ScreenEvent<WireState>
{
    /// <inheritdoc/>
    protected override Transition Apply(AppState state, WireState overlay)
    {
        if (overlay.Generation != Generation)
            return state;
        var packets = overlay.Packets;
        var count = overlay.Count;
        var total = overlay.Total;
        foreach (var record in Records)
        {
            packets = packets.Enqueue((++total, record));
            if (count < WireState.Capacity)
                count++;
            else
                packets = packets.Dequeue();
        }

        return state.Replace(overlay with { Packets = packets, Count = count, Total = total });
    }
}

/// <summary>The connection is over, and the recording with it.</summary>
internal sealed record WireEnded(long Generation) : ScreenEvent<WireState>
{
    /// <inheritdoc/>
    protected override Transition Apply(AppState state, WireState overlay) =>
        overlay.Generation == Generation ? state.Replace(overlay with { IsOver = true }) : state;
}

/// <summary>A packet was selected; 0 follows the newest.</summary>
internal sealed record PacketSelected(long Number) : ScreenEvent<WireState>
{
    /// <inheritdoc/>
    protected override Transition Apply(AppState state, WireState overlay) =>
        state.Replace(overlay with { Selected = Number });
}
