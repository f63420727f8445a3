namespace TraceMQ.Transport.Settings;

/// <summary>The settings of TLS, the same for every protocol; for CoAP over UDP they are DTLS's.</summary>
public static class TlsSettings
{
    /// <summary>Whom to trust.</summary>
    public static Setting<string> CaFile { get; } =
        Setting.File(
            "tls.ca_file",
            "PEM with the authorities to trust instead of the system's; listening: clients must present a certificate of one of them."
        );

    /// <summary>Our own certificate.</summary>
    public static Setting<string> CertificateFile { get; } =
        Setting.File(
            "tls.certificate_file",
            "Our certificate, PEM with its chain or PKCS#12; listening: the server's own."
        );

    /// <summary>The key of our certificate.</summary>
    public static Setting<string> PrivateKeyFile { get; } =
        Setting.PrivateFile(
            "tls.private_key_file",
            "The private key of tls.certificate_file, PEM, encrypted or not; left out: in the same file."
        );

    /// <summary>The password of the key.</summary>
    public static Setting<Secret> PrivateKeyPassword { get; } =
        Setting.Hidden("tls.private_key_password", "The password of the private key, or of the PKCS#12 file.");

    /// <summary>The name in the server's certificate.</summary>
    public static Setting<string> ServerName { get; } =
        Setting.Text("tls.server_name", "The name that the server's certificate must have; empty: the host of url.");

    /// <summary>Accepts any certificate.</summary>
    public static Setting<bool> InsecureSkipVerify { get; } =
        Setting.Flag(
            "tls.insecure_skip_verify",
            "Accepts any certificate of the server: whoever is on the way can read and change everything."
        );

    /// <summary>The oldest version to accept.</summary>
    public static Setting<string> MinVersion { get; } =
        Setting.Choice("tls.min_version", "The oldest version of TLS to accept.", "1.2", "1.2", "1.3");

    /// <summary>All of them, in the order of the form.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [CaFile, CertificateFile, PrivateKeyFile, PrivateKeyPassword, ServerName, InsecureSkipVerify, MinVersion];
}
