using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CsCheck;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport.Security;

namespace TraceMQ.Tests.Security;

/// <summary>The check of a chain that DTLS uses, and that no certificate can break it.</summary>
public sealed class CertificateCheckTests
{
    private static TestCertificates Files => TestCertificates.Shared;

    [Fact]
    public void A_chain_of_a_known_authority_is_fine()
    {
        Assert.Null(Verify(Files.Server, Files.Ca));
        Assert.Null(Verify(Files.ServerWithChain, Files.Ca));
        Assert.Null(Verify(Files.ServerOfIntermediate, Files.CaWithIntermediate));
        Assert.Null(Verify(Files.Server, Files.Ca, name: null));
        Assert.Null(Verify(Files.Server, Files.Ca, name: "::1"));
        Assert.Null(Verify(Files.ClientWithChain, Files.Ca, name: null, isPeerServer: false));
    }

    [Fact]
    public void What_is_wrong_is_said()
    {
        AssertSays("comes from \"Other Root\"", Verify(Files.ServerOfOtherCa, Files.Ca));
        AssertSays(
            "comes from \"Test Intermediate\", which it did not send",
            Verify(Files.ServerOfIntermediate, Files.Ca)
        );
        AssertSays(
            "is for wrong.example, also.wrong.example, not for \"localhost\"",
            Verify(Files.ServerOfAnotherName, Files.Ca)
        );
        AssertSays("expired on", Verify(Files.ServerExpired, Files.Ca));
        AssertSays("is not valid before", Verify(Files.ServerOfTomorrow, Files.Ca));
        AssertSays("is signed by itself", Verify(Files.ServerSelfSigned, Files.Ca));
        AssertSays("is not one for a server", Verify(Files.Client, Files.Ca, name: null));
        AssertSays("is not one for a client", Verify(Files.Server, Files.Ca, name: null, isPeerServer: false));
    }

    [Fact]
    public void The_time_is_the_one_that_is_given()
    {
        var later = TimeProvider.System.GetUtcNow().AddDays(5000);

        var problem = CertificateCheck.Verify(
            TestCertificates.Der(Files.Server),
            Authorities(Files.Ca),
            "localhost",
            "peer",
            isPeerServer: true,
            later
        );

        AssertSays("expired on", problem);
    }

    [Fact]
    public void No_certificate_and_a_damaged_one_are_told_apart()
    {
        AssertSays("showed no certificate", Verify([], Files.Ca, "localhost", isPeerServer: true));
        AssertSays("showed no client certificate", Verify([], Files.Ca, null, isPeerServer: false));
        AssertSays(
            "it is damaged",
            Verify(
                [
                    [1, 2, 3],
                ],
                Files.Ca,
                "localhost",
                isPeerServer: true
            )
        );
    }

    [Fact]
    public void A_chain_of_very_many_is_not_all_looked_at()
    {
        var leaf = TestCertificates.Der(Files.ServerOfIntermediate)[0];
        var noise = Enumerable.Repeat(TestCertificates.Der(Files.ServerOfOtherCa)[0], 5000);
        var intermediate = TestCertificates.Der(Files.ServerWithChain)[1];

        AssertSays(
            "which it did not send",
            Verify([leaf, .. noise, intermediate], Files.Ca, "localhost", isPeerServer: true)
        );
    }

    [Fact]
    public void Many_names_and_hostile_subjects_stay_short_and_whole()
    {
        var many = Of(TestCertificates.Der(Files.ServerWithManyNames)[0]);
        Assert.Equal(20, many.Names.Count);
        Assert.Equal(3001, many.NameCount);
        Assert.EndsWith("host-1.example and 2999 more", many.NamesText(2), StringComparison.Ordinal);
        Assert.Equal(
            "host-0.example, host-1.example",
            (many with { NameCount = 2, Names = [.. many.Names.Take(2)] }).NamesText(5)
        );

        // Its subject is shown as it is, and made harmless where it is shown.
        var hostile = Of(TestCertificates.Der(Files.ServerWithHostileSubject)[0]);
        Assert.Contains("evil", hostile.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public void No_certificate_breaks_the_check()
    {
        byte[][] sources =
        [
            TestCertificates.Der(Files.Server)[0],
            TestCertificates.Der(Files.ServerRsa)[0],
            TestCertificates.Der(Files.ServerWithHostileSubject)[0],
        ];
        Gen.Select(Gen.Int[0, sources.Length - 1], Gen.Int[0, 2000], Gen.Byte, Gen.Int[0, 2000], Gen.Byte)
            .Sample(
                (which, at, value, at2, value2) =>
                {
                    var changed = (byte[])sources[which].Clone();
                    changed[at % changed.Length] = value;
                    changed[at2 % changed.Length] = value2;
                    var said = Verify([changed], Files.Ca, "localhost", isPeerServer: true);
                    return said is null or { Length: > 20 };
                },
                iter: 3000
            );
    }

    private static PeerCertificate Of(byte[] der)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(der);
        return PeerCertificate.Of(certificate);
    }

    private static string? Verify(
        CertificatePair pair,
        string authorities,
        string? name = "localhost",
        bool isPeerServer = true
    ) => Verify(TestCertificates.Der(pair), authorities, name, isPeerServer);

    private static string? Verify(IReadOnlyList<byte[]> der, string authorities, string? name, bool isPeerServer) =>
        CertificateCheck.Verify(
            der,
            Authorities(authorities),
            name,
            "peer",
            isPeerServer,
            TimeProvider.System.GetUtcNow()
        );

    private static X509Certificate2Collection Authorities(string path) => CertificateFiles.LoadAuthorities(path);

    private static void AssertSays(string expected, string? said)
    {
        Assert.NotNull(said);
        Assert.Contains(expected, said, StringComparison.Ordinal);
        Assert.EndsWith(".", said, StringComparison.Ordinal);
    }
}
