using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Security;

/// <summary>Which of the TLS settings a profile's addresses and mode cannot honour.</summary>
internal static class TlsRules
{
    /// <param name="profile">The profile.</param>
    /// <param name="hasSharedKey">True where a pre-shared key does what a certificate would.</param>
    public static IEnumerable<SettingProblem> Check(Profile profile, bool hasSharedKey = false)
    {
        var values = profile.Values;
        var isSecure = profile.Endpoints.Any(endpoint => endpoint.Scheme.Carrier.IsSecure);
        if (!isSecure)
        {
            foreach (var setting in TlsSettings.All.Where(values.Has))
                yield return new SettingProblem(
                    setting.Key,
                    $"no address in url uses TLS, so it would have no effect: leave it out, or use another scheme than {profile.Endpoints[0].Scheme.Name}://"
                );
            yield break;
        }

        if (
            values.Get(TlsSettings.MinVersion) == "1.3"
            && profile.Endpoints.Any(endpoint => endpoint.Scheme.Carrier == Carrier.Dtls)
        )
            yield return new SettingProblem(
                TlsSettings.MinVersion.Key,
                "DTLS is spoken in version 1.2 here: leave it out, or use a scheme over TCP"
            );
        var hasCertificate = values.Get(TlsSettings.CertificateFile).Length > 0;
        if (!hasCertificate && values.Get(TlsSettings.PrivateKeyFile).Length > 0)
            yield return new SettingProblem(
                TlsSettings.PrivateKeyFile.Key,
                "a key alone proves nothing: set tls.certificate_file too"
            );
        if (!hasCertificate && values.Has(TlsSettings.PrivateKeyPassword))
            yield return new SettingProblem(
                TlsSettings.PrivateKeyPassword.Key,
                "there is no key that it could open: set tls.certificate_file too"
            );
        if (profile.Mode != ProfileMode.Server)
            yield break;
        if (!hasCertificate && !hasSharedKey)
            yield return new SettingProblem(
                TlsSettings.CertificateFile.Key,
                "listening with TLS needs a certificate: set it and tls.private_key_file"
            );
        if (values.Has(TlsSettings.InsecureSkipVerify))
            yield return new SettingProblem(
                TlsSettings.InsecureSkipVerify.Key,
                "a server has no server to check: leave it out; without tls.ca_file no client certificate is asked for"
            );
        if (values.Has(TlsSettings.ServerName))
            yield return new SettingProblem(
                TlsSettings.ServerName.Key,
                "a server has no server to check: leave it out"
            );
    }
}
