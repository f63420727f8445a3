using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Security;

/// <summary>Reads the files that <see cref="TlsSettings"/> name. Whatever is wrong with one is a sentence that names the setting and the file.</summary>
internal static class CertificateFiles
{
    private const int MaximumSize = 4 << 20;

    /// <summary>The authorities of <c>tls.ca_file</c>; at least one.</summary>
    /// <exception cref="TransportException">The file cannot be used.</exception>
    public static X509Certificate2Collection LoadAuthorities(string path)
    {
        var authorities = new X509Certificate2Collection();
        var bytes = Read(TlsSettings.CaFile, path);
        try
        {
            if (IsPem(bytes))
                authorities.ImportFromPem(Encoding.UTF8.GetString(bytes));
            else
                authorities.Add(X509CertificateLoader.LoadCertificate(bytes));
        }
        catch (CryptographicException exception)
        {
            throw Wrong(TlsSettings.CaFile, path, "holds no certificate that can be read", exception);
        }

        if (authorities.Count == 0)
            throw Wrong(TlsSettings.CaFile, path, "holds no certificate; it needs PEM with BEGIN CERTIFICATE");
        return authorities;
    }

    /// <summary>Our certificate with its key and its chain.</summary>
    /// <exception cref="TransportException">A file cannot be used, or they do not belong together.</exception>
    public static TlsIdentity LoadIdentity(TlsOptions options)
    {
        var path = options.CertificateFile!;
        var bytes = Read(TlsSettings.CertificateFile, path);
        return IsPem(bytes) ? LoadPem(options, path, bytes) : LoadPkcs12(options, path, bytes);
    }

    private static TlsIdentity LoadPem(TlsOptions options, string path, byte[] bytes)
    {
        var chain = new X509Certificate2Collection();
        try
        {
            chain.ImportFromPem(Encoding.UTF8.GetString(bytes));
        }
        catch (CryptographicException exception)
        {
            throw Wrong(TlsSettings.CertificateFile, path, "holds a certificate that cannot be read", exception);
        }

        if (chain.Count == 0)
            throw Wrong(TlsSettings.CertificateFile, path, "holds no certificate; it needs PEM or PKCS#12");
        var leaf = chain[0];
        chain.RemoveAt(0);
        var keyFrom = options.PrivateKeyFile is null ? TlsSettings.CertificateFile : TlsSettings.PrivateKeyFile;
        var keyPath = options.PrivateKeyFile ?? path;
        var keyBytes = options.PrivateKeyFile is null ? bytes : Read(TlsSettings.PrivateKeyFile, keyPath);
        var key = PrivateKeys.Load(keyBytes, options.PrivateKeyPassword, keyFrom, keyPath);
        try
        {
            return PrivateKeys.Attach(leaf, key) is { } identity
                ? new TlsIdentity(identity, chain, key)
                : throw Wrong(
                    keyFrom,
                    keyPath,
                    $"holds a key that does not belong to the certificate in {path}: use the two that were made together"
                );
        }
        catch (CryptographicException exception)
        {
            throw Wrong(
                keyFrom,
                keyPath,
                "holds a key that cannot be used: it is damaged, or neither RSA nor EC nor Ed25519",
                exception
            );
        }
    }

    private static TlsIdentity LoadPkcs12(TlsOptions options, string path, byte[] bytes)
    {
        if (!IsPkcs12(bytes))
            throw Wrong(TlsSettings.CertificateFile, path, "is neither PEM nor PKCS#12");
        if (options.PrivateKeyFile is not null)
            throw Wrong(
                TlsSettings.CertificateFile,
                path,
                "is PKCS#12, which holds its key itself: leave tls.private_key_file out"
            );
        X509Certificate2Collection all;
        try
        {
            all = X509CertificateLoader.LoadPkcs12Collection(
                bytes,
                options.PrivateKeyPassword?.Reveal(),
                X509KeyStorageFlags.EphemeralKeySet | X509KeyStorageFlags.Exportable
            );
        }
        catch (CryptographicException exception)
        {
            var advice = options.PrivateKeyPassword is null
                ? "cannot be opened without a password: set tls.private_key_password"
                : "cannot be opened: tls.private_key_password is wrong, or the file is damaged";
            throw Wrong(TlsSettings.CertificateFile, path, advice, exception);
        }

        var leaf =
            all.FirstOrDefault(certificate => certificate.HasPrivateKey)
            ?? throw Wrong(TlsSettings.CertificateFile, path, "holds no private key");
        all.Remove(leaf);
        try
        {
            return new TlsIdentity(leaf, all, PrivateKeys.Of(leaf));
        }
        catch (CryptographicException exception)
        {
            throw Wrong(
                TlsSettings.CertificateFile,
                path,
                "holds a key that cannot be used: in PKCS#12 it has to be RSA or EC",
                exception
            );
        }
    }

    /// <summary>The same for TLS over TCP.</summary>
    /// <exception cref="TransportException">A file cannot be used, or they do not belong together.</exception>
    public static TlsIdentity LoadIdentityForTcp(TlsOptions options)
    {
        var identity = LoadIdentity(options);
        return identity.IsEd25519
            ? throw Wrong(
                TlsSettings.CertificateFile,
                options.CertificateFile!,
                "has an Ed25519 key, which works for DTLS alone: TLS over TCP needs an RSA or EC certificate here"
            )
            : identity;
    }

    /// <summary>The bytes of a file of a bounded size.</summary>
    private static byte[] Read(Setting setting, string path)
    {
        try
        {
            // Not by the length: a pipe, such as the shell's <(command), has none.
            using var file = File.OpenRead(path);
            var bytes = new MemoryStream();
            Span<byte> part = stackalloc byte[8192];
            for (int read; (read = file.Read(part)) > 0; )
            {
                bytes.Write(part[..read]);
                if (bytes.Length > MaximumSize)
                    throw Wrong(setting, path, "is larger than 4 MB, so it is no certificate or key");
            }

            return bytes.ToArray();
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Wrong(setting, path, "does not exist", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw Wrong(
                setting,
                path,
                Directory.Exists(path) ? "is a folder" : "may not be read by this user",
                exception
            );
        }
        catch (IOException exception)
        {
            throw Wrong(setting, path, $"cannot be read ({exception.Message.TrimEnd('.')})", exception);
        }
    }

    private static bool IsPkcs12(byte[] bytes)
    {
        try
        {
            return bytes.Length > 0 && X509Certificate2.GetCertContentType(bytes) == X509ContentType.Pkcs12;
        }
        catch (CryptographicException)
        {
            // What the framework says of a file that it does not know.
            return false;
        }
    }

    private static bool IsPem(ReadOnlySpan<byte> bytes) => bytes.IndexOf("-----BEGIN "u8) >= 0;

    internal static TransportException Wrong(Setting setting, string path, string what, Exception? inner = null) =>
        new(FailureKind.Configuration, $"{setting.Key}: the file {path} {what}.", inner);
}
