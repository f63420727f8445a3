using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Security;

/// <summary>What a profile says about TLS and DTLS. Nothing is read from files yet.</summary>
internal sealed record TlsOptions
{
    /// <summary>PEM with the authorities to trust; null: the system's, and as a server no client certificate is asked for.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM with our certificate and its chain, or PKCS#12; null: none.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM with our private key; null: in <see cref="CertificateFile"/>.</summary>
    public string? PrivateKeyFile { get; init; }

    /// <summary>The password of the key.</summary>
    public Secret? PrivateKeyPassword { get; init; }

    /// <summary>The name to expect in the server's certificate; null: the host that is connected to.</summary>
    public string? ServerName { get; init; }

    /// <summary>True: any certificate of the server is accepted.</summary>
    public bool SkipVerify { get; init; }

    /// <summary>True: TLS 1.3 only; false: 1.2 too.</summary>
    public bool IsVersion13Required { get; init; }

    public static TlsOptions Of(Profile profile)
    {
        var values = profile.Values;
        var password = values.Get(TlsSettings.PrivateKeyPassword);
        return new TlsOptions
        {
            CaFile = NullIfEmpty(values.Get(TlsSettings.CaFile)),
            CertificateFile = NullIfEmpty(values.Get(TlsSettings.CertificateFile)),
            PrivateKeyFile = NullIfEmpty(values.Get(TlsSettings.PrivateKeyFile)),
            PrivateKeyPassword = password.IsEmpty ? null : password,
            ServerName = NullIfEmpty(values.Get(TlsSettings.ServerName)),
            SkipVerify = values.Get(TlsSettings.InsecureSkipVerify),
            IsVersion13Required = values.Get(TlsSettings.MinVersion) == "1.3",
        };
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
