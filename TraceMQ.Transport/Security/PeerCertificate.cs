using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TraceMQ.Transport.Security;

/// <summary>What a certificate of a peer says. Every text of it is untrusted.</summary>
/// <param name="Subject">Its subject; the common name alone where there is one.</param>
/// <param name="Issuer">Its issuer, likewise.</param>
/// <param name="NotBefore">From when it is valid.</param>
/// <param name="NotAfter">Until when.</param>
/// <param name="Names">The names and addresses that it is for (RFC 5280, 4.2.1.6); at most the first 20.</param>
/// <param name="NameCount">How many there are.</param>
internal sealed record PeerCertificate(
    string Subject,
    string Issuer,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter,
    IReadOnlyList<string> Names,
    int NameCount
)
{
    private const int MostNames = 20;
    private const int LongestText = 200;

    public static PeerCertificate Of(X509Certificate2 certificate)
    {
        var names = NamesOf(certificate);
        return new PeerCertificate(
            Brief(certificate.SubjectName),
            Brief(certificate.IssuerName),
            new DateTimeOffset(certificate.NotBefore),
            new DateTimeOffset(certificate.NotAfter),
            [.. names.Take(MostNames).Select(Cut)],
            names.Count
        );
    }

    /// <summary>The first names, and how many more there are.</summary>
    public string NamesText(int most)
    {
        var shown = string.Join(", ", Names.Take(most));
        var more = NameCount - Math.Min(most, Names.Count);
        return more > 0 ? $"{shown} and {more} more" : shown;
    }

    /// <summary>Who it is, and until when, on one line.</summary>
    public string Summary(DateTimeOffset now)
    {
        var until = NotAfter.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var days = (int)Math.Floor((NotAfter - now).TotalDays);
        var validity = days switch
        {
            < 0 => $"expired on {until}",
            0 => $"expires within a day ({until})",
            1 => $"valid for 1 more day, until {until}",
            _ => $"valid for {days} more days, until {until}",
        };
        return $"{Subject}, {validity}";
    }

    private static string Brief(X500DistinguishedName name)
    {
        try
        {
            var common = name.EnumerateRelativeDistinguishedNames()
                .FirstOrDefault(part => !part.HasMultipleElements && part.GetSingleElementType().Value == "2.5.4.3")
                ?.GetSingleElementValue();
            return Cut(string.IsNullOrEmpty(common) ? name.Name : common);
        }
        catch (CryptographicException)
        {
            // A name that is built against the rules is shown as the framework prints it.
            return Cut(name.Name);
        }
    }

    private static List<string> NamesOf(X509Certificate2 certificate)
    {
        var extension = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        if (extension is null)
            return [];
        try
        {
            return
            [
                .. extension
                    .EnumerateDnsNames()
                    .Concat(extension.EnumerateIPAddresses().Select(address => address.ToString())),
            ];
        }
        catch (Exception exception) when (exception is CryptographicException or AsnContentException)
        {
            return [];
        }
    }

    private static string Cut(string text) => text.Length <= LongestText ? text : text[..LongestText] + "…";
}
