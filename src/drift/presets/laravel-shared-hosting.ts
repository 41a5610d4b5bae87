import { madeByHosting, madeByLaravel, markers } from '../made-there.ts'
import { definePreset } from '../preset.ts'

export default definePreset({
  id: 'laravel-shared-hosting',
  title: 'Laravel on shared hosting',
  why: 'The application was uploaded by FTP or a panel into the document root, as scripts from marketplaces are: nobody knows which files the installer, the panel and the customers changed. Where the document root is a folder apart from the application, write both as `roots` (`app/` and `public_html/`, the latter `to: public/`).',
  roots: [
    { from: '', to: '', uploads: false },
    { from: 'storage/app/public/', to: 'storage/app/public/', uploads: true },
  ],
  exclude: [...madeByLaravel, ...madeByHosting, ...markers, '/storage/installed'],
  notDeployed: [],
  revision: ['REVISION', '.ship-guard/revision'],
  tells: [],
  examples: {
    path: '/home/shop/public_html',
    read: {
      'app/Models/Order.php': 'app/Models/Order.php',
      '.htaccess': '.htaccess',
      'index.php': 'index.php',
      'public/uploads/logo.png': 'public/uploads/logo.png',
      'storage/app/public/banner.png': 'storage/app/public/banner.png',
    },
    left: [
      'vendor/autoload.php',
      '.well-known/acme-challenge/token',
      'cgi-bin/test.cgi',
      '.ftpquota',
      'storage/installed',
      'storage/logs/laravel.log',
      'storage/app/private/invoice.pdf',
      'bootstrap/cache/config.php',
    ],
  },
})
