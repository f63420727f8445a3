using System.Globalization;
using NATS.Client.JetStream.Models;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Nats;

/// <summary>What an account uses of JetStream, and what it may use, in words.</summary>
/// <param name="Facts">For the connection card.</param>
internal sealed record NatsAccount(IReadOnlyList<Fact> Facts)
{
    /// <summary>The account may not, or has none.</summary>
    public static NatsAccount Refused(string why) => new([new Fact("JetStream", why)]);

    /// <summary>What the server told.</summary>
    public static NatsAccount Of(AccountInfoResponse account)
    {
        var limits = account.Limits;
        var facts = new List<Fact>
        {
            new(
                "JetStream",
                $"{Count(account.Streams, limits?.MaxStreams ?? -1, "stream")}, {Count(account.Consumers, limits?.MaxConsumers ?? -1, "consumer")}"
            ),
            new("kept in files", Use((long)account.Storage, limits?.MaxStorage ?? -1)),
            new("kept in memory", Use((long)account.Memory, limits?.MaxMemory ?? -1)),
        };
        if (account.Domain is { Length: > 0 } domain)
            facts.Add(new Fact("JetStream domain", domain));
        return new NatsAccount(facts);
    }

    private static string Count(long used, long most, string what) =>
        $"{used.ToString("N0", CultureInfo.InvariantCulture)}{(most < 0 ? "" : $" of {most.ToString("N0", CultureInfo.InvariantCulture)}")} {what}{(used == 1 && most < 0 ? "" : "s")}";

    private static string Use(long used, long most) =>
        most < 0 ? Quantity.Approximate(used) : $"{Quantity.Approximate(used)} of {Quantity.Approximate(most)}";
}
